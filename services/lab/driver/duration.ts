import { bounds, type Case, type Settings } from "../settings.ts";

/** Calls that a measurement at a fixed rate is to have, so that its p99 does not hang on one: five are slower. */
const ENOUGH = 500;

/** ms of one measurement: at a low rate longer than the settings say, but no longer than they might. */
export function durationOf({ arrival, rate = 0 }: Case, { duration }: Pick<Settings, "duration">): number {
  if (arrival === "closed" || rate === 0) return duration;
  const [, longest] = bounds.duration;
  return Math.max(duration, Math.min(longest, Math.ceil((ENOUGH * 1_000) / rate)));
}
