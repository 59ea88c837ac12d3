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
  const [first] = rounds;
  const latency = latencyOf(rounds.flatMap((one) => one.latency ?? []));
  return {
    contender: (first as Measurement).contender,
    rounds: rounds.length,
    calls: rounds.reduce((total, { calls }) => total + calls, 0),
    errors: errorsOf(rounds),
    throughput: estimateOf(rounds.map(({ throughput }) => throughput)),
    ...(latency === undefined ? {} : { latency }),
    ...costOf(rounds),
  };
}

/** What a call cost, in the rounds that had one. */
function costOf(rounds: readonly Measurement[]): Pick<Summary, "sent" | "received" | "cpu"> {
  const over = (read: (measurement: Measurement) => number | undefined): Estimate | undefined => {
    const values = rounds.filter(({ calls }) => calls > 0).flatMap((one) => read(one) ?? []);
    return values.length === 0 ? undefined : estimateOf(values);
  };
  const cost = { sent: over(({ sent }) => sent), received: over(({ received }) => received) };
  const [driver, nodes] = [over(({ cpu }) => cpu?.driver), over(({ cpu }) => cpu?.nodes)];
  return driver === undefined || nodes === undefined ? cost : { ...cost, cpu: { driver, nodes } };
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
