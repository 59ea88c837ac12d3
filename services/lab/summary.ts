import {
  type CaseResult,
  type Estimate,
  type Latency,
  type Measurement,
  percentiles,
  type Summary,
} from "./results.ts";
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
  const latency = latencyOf(rounds.flatMap((one) => one.latency ?? []));
  return {
    contender: (first as Measurement).contender,
    rounds: rounds.length,
    calls: rounds.reduce((total, { calls }) => total + calls, 0),
    errors: errorsOf(rounds),
    throughput: over(({ throughput }) => throughput),
    sent: over(({ sent }) => sent),
    received: over(({ received }) => received),
    ...(latency === undefined ? {} : { latency }),
    ...(first?.cpu === undefined
      ? {}
      : { cpu: { driver: over(({ cpu }) => cpu?.driver ?? 0), nodes: over(({ cpu }) => cpu?.nodes ?? 0) } }),
  };
}

/** A round in which every call failed has none. */
function latencyOf(rounds: readonly Latency[]): Summary["latency"] {
  if (rounds.length === 0) return undefined;
  const estimates = percentiles.map((name) => [name, estimateOf(rounds.map((one) => one[name]))]);
  return Object.fromEntries(estimates) as Summary["latency"];
}

function errorsOf(rounds: readonly Measurement[]): Record<string, number> {
  const errors: Record<string, number> = {};
  for (const [code, count] of rounds.flatMap(({ errors: found }) => Object.entries(found))) {
    errors[code] = (errors[code] ?? 0) + count;
  }
  return errors;
}

const byMerit =
  (of: Case) =>
  (a: Summary, b: Summary): number =>
    demerit(of, a) - demerit(of, b) || 0;

/** With open arrival all carry the same; who answers late is worse. Who carried nothing is last. */
function demerit({ arrival }: Case, { calls, latency, throughput }: Summary): number {
  if (calls === 0) return Number.POSITIVE_INFINITY;
  return arrival === "open" ? (latency?.p99.median ?? Number.POSITIVE_INFINITY) : -throughput.median;
}
