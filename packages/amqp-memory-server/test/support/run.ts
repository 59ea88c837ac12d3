import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

export interface Run {
  readonly child: ChildProcess;
  readonly output: { out: string; err: string };
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

const children = new Set<ChildProcess>();
// A test that fails half-way leaves none behind.
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Runs a TypeScript file in a process of its own, on this Node. */
export function run(file: string, args: readonly string[] = [], env: Record<string, string> = {}): Run {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const environment = { ...process.env, NODE_ENV: "test", NODE_OPTIONS: "", ...env };
  const child = spawn(process.execPath, [path, ...args], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    output.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.err += chunk;
  });
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
  return { child, output, ended };
}
