// `npm run images` builds every image for this machine, `npm run images:push` for amd64 and arm64 and pushes them to REGISTRY as
// VERSION. docker-bake.hcl says how; this says under which names.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const push = process.argv.includes("--push");
const { REGISTRY, VERSION } = process.env;

if (push && !(REGISTRY && VERSION)) {
  fail("images:push takes REGISTRY and VERSION, such as: REGISTRY=docker.io/you VERSION=0.1.0 npm run images:push");
}
if (spawnSync("docker", ["buildx", "version"]).status !== 0) fail("This takes Docker with its plugin buildx.");

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const git = spawnSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: root, encoding: "utf8" });
const env = { ...process.env, VERSION: VERSION || version, REVISION: git.status === 0 ? git.stdout.trim() : "unknown" };
// Without -f it would read Compose's files, too.
const args = ["buildx", "bake", "-f", "docker-bake.hcl", ...(push ? ["release", "--push"] : ["--load"])];
process.exit(spawnSync("docker", args, { cwd: root, env, stdio: "inherit" }).status ?? 1);

function fail(text) {
  console.error(text);
  process.exit(2);
}
