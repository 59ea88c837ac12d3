import type { Measurement, Summary } from "./results.ts";
import type { Case } from "./settings.ts";

/** Of a round, in numbers, or of all rounds, in estimates. */
type Tail<T> = Pick<Measurement, "calls" | "errors"> & { readonly latency?: { readonly p99?: T; readonly max?: T } };

/**
 * ms within which 99 of 100 calls were answered; of calls too few for that, the slowest one's. Undefined where more than 1
 * in 100 failed, also in a report whose percentiles leave out what failed, as those did at first.
 */
export function tailOf<T>({ calls, errors, latency }: Tail<T>): T | undefined {
  const failed = Object.values(errors).reduce((total, count) => total + count, 0);
  if (100 * failed > calls + failed) return undefined;
  return latency?.p99 ?? (failed === 0 ? latency?.max : undefined);
}

/** What a round is compared by: calls a second, or with open arrival its tail, ms; undefined when it has neither. */
export function judged({ arrival }: Case, measurement: Measurement): number | undefined {
  if (arrival === "open") return tailOf(measurement);
  return measurement.calls === 0 ? undefined : measurement.throughput;
}

/** Whether each of its rounds has what it is compared by. @param measurements of the case */
export const isComparable = (of: Case, { contender }: Summary, measurements: readonly Measurement[]): boolean =>
  measurements.every((one) => one.contender !== contender || judged(of, one) !== undefined);
