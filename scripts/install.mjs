import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The Node that the lock file names, whichever runs this script. */
export const node = join(root, "node_modules", ".bin", "node");

const lockFile = join(root, "package-lock.json");
/** What npm itself leaves behind; as new as the last install. */
const installed = join(root, "node_modules", ".package-lock.json");
const stamp = join(root, "node_modules", ".installed-for");

/** Installs what the lock file says, unless that was done since it changed. */
export function install() {
  const lock = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (!isInstalled(lock)) {
    console.log("Installing...");
    run("npm", ["ci", "--no-audit", "--no-fund"]);
  }
  writeFileSync(stamp, lock);
}

function isInstalled(lock) {
  if (!existsSync(node) || !existsSync(installed)) return false;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return true;
  return statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** Runs to the end; a failure is this script's failure. */
export function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) fail(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

export function fail(text) {
  console.error(text);
  process.exit(1);
}
