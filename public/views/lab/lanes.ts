import type { ContenderName } from "../../../services/lab/contenders.ts";
import { judged } from "../../../services/lab/judged.ts";
import type { RunStatus } from "../../../services/lab/progress.ts";
import { median } from "../../../services/lab/statistics.ts";

/** One contender in the case under way. */
export interface Lane {
  readonly contender: ContenderName;
  /** It is being measured now; 0 is the warm-up. */
  readonly round?: number;
  /** What it reached in each round that it can be compared by, in the race's unit. */
  readonly rounds: readonly number[];
  /** The median of these, else what it does now; undefined before it began, and when too many calls of a round failed. */
  readonly value?: number;
}

export interface Race {
  /** Calls a second, or with open arrival the ms within which 99 of 100 calls were answered. */
  readonly unit: "calls/s" | "ms";
  readonly lanes: readonly Lane[];
  /** What the full length of a lane stands for. */
  readonly most: number;
  /** Who is ahead; undefined while one was not measured yet. */
  readonly leader?: ContenderName;
}

/** The race in the case under way, in the order of the settings, so that nobody jumps. */
export function raceOf({ settings, cases, now, measurements, absences, results }: RunStatus): Race {
  const index = now?.index ?? results.length;
  const of = cases[index];
  const isOpen = of?.arrival === "open";
  const absent = new Set(absences.filter((one) => one.operation === of?.operation).map(({ contender }) => contender));
  const measured = (contender: ContenderName) => measurements.filter((one) => one.contender === contender);
  const lanes = settings.contenders
    .filter((contender) => !absent.has(contender))
    .map((contender): Lane => {
      const own = measured(contender);
      const rounds = own.flatMap((measurement) => (of && judged(of, measurement)) ?? []);
      const isNow = now?.contender === contender;
      const sofar = isNow && !isOpen && now.round > 0 && now.throughput > 0 ? now.throughput : undefined;
      const reached = rounds.length === own.length ? median(rounds) : undefined;
      const value = own.length > 0 ? reached : sofar;
      return { contender, rounds, ...(isNow ? { round: now.round } : {}), ...(value === undefined ? {} : { value }) };
    });
  const values = lanes.flatMap(({ value, rounds }) => [...(value === undefined ? [] : [value]), ...rounds]);
  const best = isOpen ? Math.min : Math.max;
  const all = lanes.flatMap(({ value }) => value ?? []);
  const isDecided = lanes.every(({ contender, value }) => value !== undefined || measured(contender).length > 0);
  const leader = isDecided
    ? lanes.find(({ value }) => value !== undefined && value === best(...all))?.contender
    : undefined;
  return { unit: isOpen ? "ms" : "calls/s", lanes, most: Math.max(...values, 0), leader };
}
