import type { ContenderName } from "../../../services/lab/contenders.ts";
import {
  bounds,
  casesOf,
  LONGEST_RUN,
  type PresetName,
  presetNames,
  presets,
  type Settings,
} from "../../../services/lab/settings.ts";
import { estimate } from "../../../services/lab/timing.ts";
import { count, plural } from "../../lib/format.ts";
import { aboutTime } from "./words.ts";

/** What most people compare; the other contenders are more of the same. */
export const usualContenders: readonly ContenderName[] = presets.quick.contenders;

export const presetOf = (settings: Settings): PresetName | undefined =>
  presetNames.find((name) => JSON.stringify(presets[name]) === JSON.stringify(settings));

/** Puts a choice in or takes it out; the order is that of `all`. */
export function toggled<T>(chosen: readonly T[], choice: T, all: readonly T[]): T[] {
  const has = chosen.includes(choice);
  return all.filter((one) => (one === choice ? !has : chosen.includes(one)));
}

/** The values of a preset, and what was chosen beside them. */
export const offered = (name: "payloads" | "concurrency", settings: Settings): number[] =>
  [...new Set([...presets.full[name], ...settings[name]])].sort((a, b) => a - b);

const several = {
  contenders: "protocol",
  payloads: "payload size",
  concurrency: "number of calls in flight",
} as const;

export const numberTitles = {
  rounds: "Rounds",
  duration: "One measurement, ms",
  firstWarmUp: "Warm-up at first, ms",
  warmUp: "Warm-up of a case, ms",
  replicas: "Nodes that echo",
  rate: "Fixed rate, calls/s",
  seed: "Seed of the order",
} as const;
export type NumberName = keyof typeof numberTitles;
export const numberNames = Object.keys(numberTitles) as readonly NumberName[];

export type Plan = { readonly ok: true; readonly says: string } | { readonly ok: false; readonly problem: string };

/** What a run with these settings will be, or why there cannot be one. */
export function planOf(settings: Settings): Plan {
  const { contenders, rounds } = settings;
  for (const [name, what] of Object.entries(several)) {
    const { length } = settings[name as keyof typeof several];
    if (length === 0) return { ok: false, problem: `Choose at least one ${what}.` };
  }
  for (const name of numberNames) {
    const [least, most] = bounds[name];
    const value = settings[name];
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    return {
      ok: false,
      problem: `"${numberTitles[name]}" takes a whole number from ${count(least)} to ${count(most)}.`,
    };
  }
  const time = estimate(settings);
  if (time > LONGEST_RUN) {
    return { ok: false, problem: `That would take ${aboutTime(time)}; ${aboutTime(LONGEST_RUN)} is the most.` };
  }
  const parts = [
    plural(casesOf(settings).length, "case"),
    plural(contenders.length, "protocol"),
    plural(rounds, "round"),
  ];
  return { ok: true, says: `About ${aboutTime(time)}: ${parts.join(" × ")}` };
}
