import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { developmentPackages } from "../../scripts/verify-deploy/development-packages.ts";

const root = new URL("../../", import.meta.url).pathname;

/** What is in one folder, in another, but for some. */
function link(from: string, to: string, isLeftOut: (name: string) => boolean): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (!isLeftOut(name)) symlinkSync(join(from, name), join(to, name));
}

test("when an image is laid out, then each script of ours has its source map beside it, the page's too", (context) => {
  const work = mkdtempSync(join(tmpdir(), "sixfold-image-"));
  context.after(() => rmSync(work, { recursive: true }));
  const args = ["scripts/image-contents.mjs", "frontend", join(root, "node_modules"), work];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const scripts = globSync("app/dist/**/*.js", { cwd: work });
  assert.ok(scripts.some((file) => /public\/assets\/main-\w+\.js$/.test(file)) && scripts.length > 20);
  assert.deepEqual(
    scripts.filter((file) => !existsSync(join(work, `${file}.map`))),
    [],
  );
});

test("when an image is laid out, then it has what its service imports, and no package that is there for development", (context) => {
  const work = mkdtempSync(join(tmpdir(), "sixfold-image-"));
  context.after(() => rmSync(work, { recursive: true }));
  const args = ["scripts/image-contents.mjs", "auth", join(root, "node_modules"), work];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const paths = developmentPackages();
  const known = ["typescript", "amqp-memory-server", "@electric-sql/pglite"].map((name) => `node_modules/${name}`);
  assert.deepEqual(
    known.filter((path) => !paths.includes(path)),
    [],
  );
  assert.ok(existsSync(join(work, "node_modules/moleculer")) && !paths.includes("node_modules/moleculer"));
  assert.deepEqual(
    paths.filter((path) => existsSync(join(work, path))),
    [],
  );
});

test("when a package's native part for the platform is not installed, then its image is not built", {
  skip: process.platform !== "linux" && "images are built on Linux",
}, (context) => {
  const work = mkdtempSync(join(tmpdir(), "sixfold-image-"));
  context.after(() => rmSync(work, { recursive: true }));
  const packages = join(work, "node_modules");
  link(join(root, "node_modules"), packages, (name) => name === "@node-rs");
  link(join(root, "node_modules/@node-rs"), join(packages, "@node-rs"), (name) => name.startsWith("bcrypt-linux-"));
  const args = ["scripts/image-contents.mjs", "auth", packages, join(work, "image")];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  assert.match(stderr, /@node-rs\/bcrypt has no part for this platform: none of .*bcrypt-linux-x64-gnu/);
  assert.equal(status, 1);
});
