import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { nodeNames } from "../../config/entry.ts";
import type { Environment } from "../../config/load.ts";
import { portsOf } from "../../config/ports.ts";
import { portOr } from "../../embedded/free-port.ts";
import { eventually } from "./eventually.ts";

export const root = new URL("../../", import.meta.url).pathname;
const launcher = join(root, "dist/embedded/launcher.js");

/** A command as a person starts it: what it says, and how it ends. */
export interface Started {
  readonly pid: number;
  /** All it said so far. */
  output(): string;
  /** Resolves when it said this. @throws when it ended before, with all it said */
  said(text: string | RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/** A directory that goes with the test. */
export function temporary(context: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "sixfold-launcher-"));
  context.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** What keeps a start out of the way of others on this machine, and of this machine's servers. */
export async function apart(dataDir: string): Promise<Environment> {
  const ports: Environment = {};
  for (const { variable } of nodeNames.flatMap(portsOf)) ports[variable] = String(await portOr(0, "127.0.0.1"));
  const { PATH, HOME } = process.env;
  return { PATH, HOME, ...ports, DATA_DIR: dataDir, EMBEDDED_PORTS: "any" };
}

/** The launcher itself, as `npm start` hands over to it. */
export function startLauncher(context: TestContext, args: readonly string[], environment: Environment, cwd = root) {
  return start(context, process.execPath, [launcher, ...args], environment, cwd);
}

export function start(
  context: TestContext,
  command: string,
  args: readonly string[],
  environment: Environment,
  cwd = root,
): Started {
  const child = spawn(command, args, { cwd, env: environment as NodeJS.ProcessEnv, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let isOver = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once("close", (code) => {
      isOver = true;
      resolve({ code, output });
    });
  });
  context.after(() => {
    child.kill("SIGTERM");
    return ended;
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    kill: (signal) => child.kill(signal),
    ended,
    said: (text) =>
      eventually(() => {
        if (typeof text === "string" ? output.includes(text) : text.test(output)) return true;
        if (isOver) throw new Error(`it ended:\n${output}`);
        return undefined;
      }, 60_000).then(
        () => undefined,
        (error: Error) => {
          throw new Error(`never said ${text}: ${error.message}\n${output}`);
        },
      ),
  };
}

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** The processes below this one. */
export function descendants(pid: number): Process[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line) => {
    const [, own, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(own), parent: Number(parent), command: String(command) };
  });
  const family = all.filter(({ parent }) => parent === pid);
  for (const one of family) family.push(...all.filter(({ parent }) => parent === one.pid));
  return family
    .filter(({ command }) => !command.startsWith("ps "))
    .map(({ pid: own, command }) => ({ pid: own, command }));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
