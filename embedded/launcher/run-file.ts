import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What runs from a data directory: so that a second start is refused and other commands find the servers. */
export interface Running {
  readonly pid: number;
  readonly environment: Readonly<Record<string, string>>;
}

const file = (dataDir: string) => join(dataDir, "running.json");

/** @returns undefined when nothing runs, or what ran is gone */
export function readRunFile(dataDir: string): Running | undefined {
  try {
    const running = JSON.parse(readFileSync(file(dataDir), "utf8")) as Running;
    process.kill(running.pid, 0);
    return running;
  } catch {
    return undefined;
  }
}

export function writeRunFile(dataDir: string, environment: Running["environment"]): void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file(dataDir), JSON.stringify({ pid: process.pid, environment }), { mode: 0o600 });
}

export function removeRunFile(dataDir: string): void {
  rmSync(file(dataDir), { force: true });
}
