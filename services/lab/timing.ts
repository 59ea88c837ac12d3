import { bounds, type Case, casesOf, type Settings } from "./settings.ts";

/** Calls that a measurement at a fixed rate is to have, so that its p99 does not hang on one: five are slower. */
const ENOUGH = 500;

/** ms of one measurement: at a low rate longer than the settings say, but no longer than they might. */
export function durationOf({ arrival, rate = 0 }: Case, { duration }: Pick<Settings, "duration">): number {
  if (arrival === "closed" || rate === 0) return duration;
  const [, longest] = bounds.duration;
  return Math.max(duration, Math.min(longest, Math.ceil((ENOUGH * 1_000) / rate)));
}

/** Between two measurements, ms: processor times are asked for, queues run empty. */
const BETWEEN = 40;

/** Of one contender in each case, ms. A rate that is not given is not known yet, nor whether it wants longer. */
const caseTimes = (settings: Settings): number[] =>
  casesOf(settings).map((of) => {
    const duration = durationOf({ ...of, rate: settings.rate }, settings);
    return settings.warmUp + settings.rounds * (duration + BETWEEN);
  });

const sum = (times: readonly number[]): number => times.reduce((total, time) => total + time, 0);

/** About how long the run takes, ms. */
export function estimate(settings: Settings): number {
  const { contenders, operations, firstWarmUp } = settings;
  return contenders.length * (operations.length * firstWarmUp + sum(caseTimes(settings)));
}

/**
 * How far a run is, 0 to 1.
 * @param cases how many are done, with the part of the one under way
 * @param warmed operations whose contenders are warmed up, with the part of the one under way
 */
export function partDone(settings: Settings, cases: number, warmed: number): number {
  const times = caseTimes(settings).map((time, index) => time * Math.min(1, Math.max(0, cases - index)));
  return (settings.contenders.length * (warmed * settings.firstWarmUp + sum(times))) / estimate(settings);
}
