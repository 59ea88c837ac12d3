import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const generated = "protocols/grpc/generated";

test("the generated types are those of the .proto files (npm run proto)", async (context) => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { proto: string } };
  const fresh = mkdtempSync(join(tmpdir(), "sixfold-proto-"));
  context.after(() => rmSync(fresh, { recursive: true }));
  const [program = "", ...given] = scripts.proto.split(" ");
  const options = given.map((argument) => (argument === generated ? fresh : argument));
  assert.ok(options.includes(fresh));
  for (const file of globSync("*.proto", { cwd: join(root, "protocols/grpc/proto") }))
    assert.ok(options.includes(file));
  await promisify(execFile)(process.execPath, [join(root, "node_modules/.bin", program), ...options], { cwd: root });

  const files = (directory: string) => globSync("**/*.ts", { cwd: directory }).sort();
  assert.deepEqual(files(join(root, generated)), files(fresh));
  for (const file of files(fresh)) {
    assert.equal(readFileSync(join(root, generated, file), "utf8"), readFileSync(join(fresh, file), "utf8"), file);
  }
});
