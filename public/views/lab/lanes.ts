import type { ContenderName } from "../../../services/lab/contenders.ts";
import type { RunStatus } from "../../../services/lab/progress.ts";
import type { Measurement } from "../../../services/lab/results.ts";
import { median } from "../../../services/lab/statistics.ts";

/** One contender in the case under way. */
export interface Lane {
  readonly contender: ContenderName;
  /** It is being measured now; 0 is the warm-up. */
  readonly round?: number;
  /** What it reached in each round, in the race's unit. */
  readonly rounds: readonly number[];
  /** The median of these, else what it does now; undefined before it began. */
  readonly value?: number;
}

export interface Race {
  /** Calls a second, or with open arrival the ms within which 99 of 100 calls were answered. */
  readonly unit: "calls/s" | "ms";
  readonly lanes: readonly Lane[];
  /** What the full length of a lane stands for. */
  readonly most: number;
  /** Who is ahead; undefined while one has nothing yet. */
  readonly leader?: ContenderName;
}

/** The race in the case under way, in the order of the settings, so that nobody jumps. */
export function raceOf({ settings, cases, now, measurements, absences, results }: RunStatus): Race {
  const index = now?.index ?? results.length;
  const arrival = cases[index]?.arrival ?? "closed";
  const operation = cases[index]?.operation;
  const isOpen = arrival === "open";
  const reached = ({ throughput, latency }: Measurement) => (isOpen ? (latency?.p99 ?? 0) : throughput);
  const absent = new Set(absences.filter((one) => one.operation === operation).map(({ contender }) => contender));
  const lanes = settings.contenders
    .filter((contender) => !absent.has(contender))
    .map((contender): Lane => {
      const rounds = measurements.filter((one) => one.contender === contender).map(reached);
      const isNow = now?.contender === contender;
      const sofar = isNow && !isOpen && now.round > 0 && now.throughput > 0 ? now.throughput : undefined;
      const value = rounds.length > 0 ? median(rounds) : sofar;
      return { contender, rounds, ...(isNow ? { round: now.round } : {}), ...(value === undefined ? {} : { value }) };
    });
  const values = lanes.flatMap(({ value, rounds }) => [...(value === undefined ? [] : [value]), ...rounds]);
  const best = isOpen ? Math.min : Math.max;
  const all = lanes.flatMap(({ value }) => value ?? []);
  const leader = all.length === lanes.length ? lanes.find(({ value }) => value === best(...all))?.contender : undefined;
  return { unit: isOpen ? "ms" : "calls/s", lanes, most: Math.max(...values, 0), leader };
}
