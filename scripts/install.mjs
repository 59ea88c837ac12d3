import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { endWithNpm } from "./npm.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
/** The Node that the lock file names, whichever runs this script. */
export const node = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.exe" : "node");

const lockFile = join(root, "package-lock.json");
/** What npm itself leaves behind; as new as the last install. */
const installed = join(root, "node_modules", ".package-lock.json");
const stamp = join(root, "node_modules", ".installed-for");

export function requireNode() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) fail(`Node ${process.versions.node} is too old: it takes 20 or later.`);
}

/** Installs what the lock file says, unless that was done since it changed. */
export function install() {
  const lock = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (isInstalled(lock)) {
    if (!existsSync(stamp)) writeFileSync(stamp, lock);
    return;
  }
  console.log("Installing what package-lock.json names; this happens once...");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(stamp, lock);
}

function isInstalled(lock) {
  if (!existsSync(node) || !existsSync(installed)) return false;
  if (existsSync(stamp)) return readFileSync(stamp, "utf8") === lock;
  return statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** Builds what changed. */
export function build() {
  run(node, [join(root, "scripts", "build.mjs"), "--if-changed"]);
}

/**
 * Builds, then runs a built program with this script's arguments and terminal: in this process when it is the right Node
 * (as npm makes it, once that is installed), else in one that gets this one's signals.
 */
export async function runBuilt(program) {
  build();
  endWithNpm();
  if (realpathSync(process.execPath) === realpathSync(node)) return import(pathToFileURL(join(root, program)).href);
  const child = spawn(node, [join(root, program), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("message", ({ type, message }) => type === "failed" && console.error(message));
  child.once("error", (error) => fail(error.message));
  child.once("exit", (code, signal) => process.exit(signal === null ? code : 1));
}

/** Runs to the end; a failure is this script's failure. */
export function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  if (error) fail(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

export function fail(text) {
  console.error(text);
  process.exit(1);
}
