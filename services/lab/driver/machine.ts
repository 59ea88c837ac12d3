import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import type { Machine } from "../results.ts";

/** Watches the machine from now on. @returns what tells how it was until then; undefined where the machine tells nothing */
export function watchMachine(): () => Machine | undefined {
  const before = cpuTimes();
  return () => {
    const [load = 0] = loadavg();
    const steal = stolen(before, cpuTimes());
    // Windows has neither.
    if (load === 0 && steal === undefined) return undefined;
    return { ...(load > 0 ? { load } : {}), ...(steal === undefined ? {} : { steal }) };
  };
}

/** The system's counters; empty where it has no such file. */
function cpuTimes(): string {
  try {
    return readFileSync("/proc/stat", "utf8");
  } catch {
    return "";
  }
}

/** Which of the counters is the time that the hypervisor gave to others; those after it are in the first ones too. */
const STEAL = 7;

/** @param before, after as /proc/stat has them @returns 0 to 1; undefined when they do not tell it */
export function stolen(before: string, after: string): number | undefined {
  const [from, to] = [before, after].map((text) => (/^cpu +(.*)$/m.exec(text)?.[1] ?? "").split(" ").map(Number));
  const spent = to?.slice(0, STEAL + 1).map((time, index) => time - (from?.[index] ?? Number.NaN)) ?? [];
  const total = spent.reduce((sum, time) => sum + time, 0);
  return total > 0 ? (spent[STEAL] ?? 0) / total : undefined;
}
