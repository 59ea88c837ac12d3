import { isComparable, tailOf } from "./judged.ts";
import { type CaseResult, type Estimate, type Measurement, percentiles, type Summary } from "./results.ts";
import type { Case } from "./settings.ts";
import { estimateOf } from "./statistics.ts";
import { caseVerdict } from "./verdict.ts";

/** All rounds of a case together. */
export function summarise(index: number, of: Case, measurements: readonly Measurement[]): CaseResult {
  const names = [...new Set(measurements.map(({ contender }) => contender))];
  const summaries = names
    .map((name) => summaryOf(measurements.filter(({ contender }) => contender === name)))
    .sort(byMerit(of, measurements));
  return { index, case: of, summaries, verdict: caseVerdict(of, summaries, measurements) };
}

function summaryOf(rounds: readonly Measurement[]): Summary {
  const [first] = rounds;
  const latency = latencyOf(rounds);
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

/** What a call cost, in the rounds that tell. */
function costOf(rounds: readonly Measurement[]): Pick<Summary, "sent" | "received" | "cpu"> {
  const over = (read: (measurement: Measurement) => number | undefined): Estimate | undefined => {
    const values = rounds.flatMap((one) => read(one) ?? []);
    return values.length === 0 ? undefined : estimateOf(values);
  };
  const cost = { sent: over(({ sent }) => sent), received: over(({ received }) => received) };
  const [driver, nodes] = [over(({ cpu }) => cpu?.driver), over(({ cpu }) => cpu?.nodes)];
  return driver === undefined || nodes === undefined ? cost : { ...cost, cpu: { driver, nodes } };
}

/** What a round lacks is later than all that the others have, so there is no telling the median. */
function latencyOf(rounds: readonly Measurement[]): Summary["latency"] {
  const known = rounds.flatMap(({ latency }) => latency ?? []);
  if (known.length === 0) return undefined;
  const estimates = percentiles.flatMap((name) => {
    const values = known.flatMap((one) => one[name] ?? []);
    return name === "max" || values.length === rounds.length ? [[name, estimateOf(values)] as const] : [];
  });
  return Object.fromEntries(estimates);
}

function errorsOf(rounds: readonly Measurement[]): Record<string, number> {
  const errors: Record<string, number> = {};
  for (const [code, count] of rounds.flatMap(({ errors: found }) => Object.entries(found))) {
    errors[code] = (errors[code] ?? 0) + count;
  }
  return errors;
}

const byMerit = (of: Case, measurements: readonly Measurement[]) => {
  const place = (summary: Summary): number => {
    if (summary.calls === 0) return 2;
    return isComparable(of, summary, measurements) ? 0 : 1;
  };
  return (a: Summary, b: Summary): number => place(a) - place(b) || demerit(of, a) - demerit(of, b) || 0;
};

/** With open arrival all carry the same; who answers late is worse. */
const demerit = ({ arrival }: Case, summary: Summary): number =>
  arrival === "open" ? (tailOf(summary)?.median ?? Number.POSITIVE_INFINITY) : -summary.throughput.median;
