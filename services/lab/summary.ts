import { type CaseResult, type Estimate, type Measurement, percentiles, type Summary } from "./results.ts";
import type { Case } from "./settings.ts";
import { estimateOf } from "./statistics.ts";
import { caseVerdict } from "./verdict.ts";

/** All rounds of a case together. */
export function summarise(index: number, of: Case, measurements: readonly Measurement[]): CaseResult {
  const names = [...new Set(measurements.map(({ contender }) => contender))];
  const summaries = names
    .map((name) => summaryOf(measurements.filter(({ contender }) => contender === name)))
    .sort(byMerit(of));
  return { index, case: of, summaries, verdict: caseVerdict(of, summaries, measurements) };
}

function summaryOf(rounds: readonly Measurement[]): Summary {
  const over = (read: (measurement: Measurement) => number): Estimate => estimateOf(rounds.map(read));
  const [first] = rounds;
  const latency = Object.fromEntries(percentiles.map((name) => [name, over((one) => one.latency?.[name] ?? 0)]));
  return {
    contender: (first as Measurement).contender,
    rounds: rounds.length,
    calls: rounds.reduce((total, { calls }) => total + calls, 0),
    errors: errorsOf(rounds),
    throughput: over(({ throughput }) => throughput),
    sent: over(({ sent }) => sent),
    received: over(({ received }) => received),
    ...(first?.latency === undefined ? {} : { latency: latency as Summary["latency"] }),
    ...(first?.cpu === undefined
      ? {}
      : { cpu: { driver: over(({ cpu }) => cpu?.driver ?? 0), nodes: over(({ cpu }) => cpu?.nodes ?? 0) } }),
  };
}

function errorsOf(rounds: readonly Measurement[]): Record<string, number> {
  const errors: Record<string, number> = {};
  for (const [code, count] of rounds.flatMap(({ errors: found }) => Object.entries(found))) {
    errors[code] = (errors[code] ?? 0) + count;
  }
  return errors;
}

/** With open arrival all carry the same; who answers late is worse. */
const byMerit =
  ({ arrival }: Case) =>
  (a: Summary, b: Summary): number =>
    arrival === "open"
      ? (a.latency?.p99.median ?? 0) - (b.latency?.p99.median ?? 0)
      : b.throughput.median - a.throughput.median;
