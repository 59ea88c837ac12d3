import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What runs from a data directory: so that a second start is refused and other commands find the servers. */
export interface Running {
  readonly pid: number;
  /** When that process began, as the system tells it: pids are used again. */
  readonly began: string;
  /** Where its page is, when it has one. */
  readonly page?: string;
  /** The variables that point to its servers. */
  readonly environment: Readonly<Record<string, string>>;
}

const file = (dataDir: string) => join(dataDir, "running.json");

/** @returns undefined when nothing runs, or what ran is gone */
export function readRunFile(dataDir: string): Running | undefined {
  try {
    const running = JSON.parse(readFileSync(file(dataDir), "utf8")) as Running;
    return beginningOf(running.pid) === running.began ? running : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the directory this process's own; what is kept in it (entries, mails, users) is for its owner's eyes. @returns who has it already, if anyone */
export function claim(dataDir: string): Running | undefined {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const mine: Running = { pid: process.pid, began: beginningOf(process.pid) ?? "", environment: {} };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file(dataDir), JSON.stringify(mine), { mode: 0o600, flag: "wx" });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const running = readRunFile(dataDir);
      if (running !== undefined) return running;
      rmSync(file(dataDir), { force: true });
    }
  }
  throw new Error(`${file(dataDir)} comes and goes: is another start under way?`);
}

export function writeRunFile(dataDir: string, told: Pick<Running, "page" | "environment">): void {
  const running: Running = { pid: process.pid, began: beginningOf(process.pid) ?? "", ...told };
  writeFileSync(file(dataDir), JSON.stringify(running), { mode: 0o600 });
}

export function removeRunFile(dataDir: string): void {
  rmSync(file(dataDir), { force: true });
}

/** @returns undefined when there is no such process */
function beginningOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") {
      // The name in parentheses may hold anything; the start time is the 20th word after it, in ticks since boot.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    }
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
