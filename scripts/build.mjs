// Compiles everything to dist/ and lays the files beside it that are not TypeScript. --if-changed: only when a source is newer.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "dist", ".built");
const sources = [
  "*.{ts,json}",
  "{config,embedded,errors,mixins,node,protocols,services,types,public,scripts}/**/*.*",
  "packages/*/src/**/*.ts",
];

if (process.argv.includes("--if-changed") && !changed()) process.exit(0);
const begun = new Date();
console.log("Building...");
tsc("packages/amqp-memory-server/tsconfig.build.json");
tsc("tsconfig.build.json");
await import("./build-page.mjs");
for (const file of globSync(["services/**/*.{hbs,css}", "protocols/**/*.proto"], { cwd: root })) {
  mkdirSync(dirname(join(root, "dist", file)), { recursive: true });
  cpSync(join(root, file), join(root, "dist", file));
}
writeFileSync(stamp, "");
// What was changed meanwhile is newer than the build.
utimesSync(stamp, begun, begun);

function tsc(project) {
  const { status } = spawnSync(join(root, "node_modules", ".bin", "tsc"), ["-p", project], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

function changed() {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return globSync(sources, { cwd: root }).some((file) => statSync(join(root, file)).mtimeMs > built);
}
