import type { ContenderName } from "./contenders.ts";
import { round, sizeText, title } from "./report/words.ts";
import type { CaseResult, Estimate, Measurement, Summary } from "./results.ts";
import type { Case } from "./settings.ts";
import { isTie, ratioOf } from "./statistics.ts";

/** What a case is judged by: calls a second, or with open arrival the p99. */
const judged = ({ arrival }: Case, { throughput, latency }: Measurement): number =>
  arrival === "closed" ? throughput : (latency?.p99 ?? 0);

/** How many times as much as the other in the same case, round by round; undefined when one of them has nothing. */
export function compared(
  of: Case,
  measurements: readonly Measurement[],
  one: ContenderName,
  other: ContenderName,
): Estimate | undefined {
  const values = (name: ContenderName) =>
    measurements
      .filter(({ contender }) => contender === name)
      .sort((a, b) => a.round - b.round)
      .map((measurement) => judged(of, measurement));
  return ratioOf(values(one), values(other));
}

/** One sentence on who is ahead and by how much, one for each contender that failed. @param summaries the best first */
export function caseVerdict(
  of: Case,
  summaries: readonly Summary[],
  measurements: readonly Measurement[],
): readonly string[] {
  const [best, ...others] = summaries;
  if (best === undefined || best.calls === 0)
    return ["Nothing was carried.", ...summaries.flatMap((summary) => failures(summary, measurements))];
  const ties: string[] = [];
  const behind: string[] = [];
  for (const { contender } of others) {
    // With open arrival the others wait longer, with closed arrival they carry less.
    const pair =
      of.arrival === "open" ? ([contender, best.contender] as const) : ([best.contender, contender] as const);
    const ratio = compared(of, measurements, ...pair);
    if (ratio === undefined) continue;
    if (isTie(ratio)) ties.push(title(contender));
    else behind.push(`${title(contender)} ${round(ratio.median)}`);
  }
  const how = of.arrival === "open" ? "times as long" : "times as many as";
  const parts = [
    `${title(best.contender)}: ${figureOf(of, best)}`,
    ...(behind.length === 0 ? [] : [`${how}: ${behind.join(", ")}`]),
    ...(ties.length === 0 ? [] : [`a tie with ${ties.join(", ")}`]),
  ];
  return [`${parts.join("; ")}.`, ...summaries.flatMap((summary) => failures(summary, measurements))];
}

const figureOf = ({ arrival, rate = 0 }: Case, { throughput, latency }: Summary): string =>
  arrival === "closed"
    ? `${round(throughput.median)} calls/s`
    : `99 of 100 calls within ${round(latency?.p99.median ?? 0)} ms at ${round(rate)} calls/s`;

function failures(summary: Summary, measurements: readonly Measurement[]): string[] {
  const { contender, calls, errors } = summary;
  const failed = Object.entries(errors);
  if (failed.length === 0 && calls === 0) return [`${title(contender)}: nothing was carried.`];
  return [...(failed.length === 0 ? [] : [failedText(summary)]), ...idleText(summary, measurements)];
}

function failedText({ contender, calls, errors }: Summary): string {
  const failed = Object.entries(errors);
  const count = failed.reduce((total, [, number]) => total + number, 0);
  const codes = failed.map(([code, number]) => `${code} ${number}`).join(", ");
  const which = calls === 0 ? `nothing was carried, all ${count}` : `${count} of ${calls + count}`;
  return `${title(contender)}: ${which} calls failed (${codes}).`;
}

/** Where some rounds had no call, and others had. */
function idleText({ contender, rounds }: Summary, measurements: readonly Measurement[]): string[] {
  const idle = measurements.filter((one) => one.contender === contender && one.calls === 0).length;
  if (idle === 0 || idle === rounds) return [];
  return [`${title(contender)}: ${idle} of ${rounds} rounds had no call; times and costs are those of the others.`];
}

/** What people ask of a comparison: is the first faster than the second? */
const pairs: readonly (readonly [ContenderName, ContenderName])[] = [
  ["json-rpc", "rest"],
  ["grpc", "json-rpc"],
  ["grpc", "rest"],
  ["amqp", "rest"],
  ["mesh", "rest"],
  ["grpc-stream", "grpc"],
  ["amqp-publish", "amqp"],
  ["mesh-amqp", "mesh"],
  ["mesh-tcp", "mesh"],
  ["mesh-nats", "mesh"],
  ["mesh-cbor", "mesh"],
  ["mesh-msgpack", "mesh"],
];

/** A sentence for each pair and operation: how many times as fast, payload by payload, and in how many cases it is faster. */
export function runVerdict(results: readonly CaseResult[], measurements: readonly Measurement[]): readonly string[] {
  const closed = results.filter(({ case: { arrival } }) => arrival === "closed");
  const operations = [...new Set(closed.map(({ case: { operation } }) => operation))];
  return operations.flatMap((operation) =>
    pairs.flatMap((pair) => {
      const compared = comparedCases(
        closed.filter((result) => result.case.operation === operation),
        measurements,
        pair,
      );
      return compared.length === 0 ? [] : [pairText(pair, operation, compared)];
    }),
  );
}

interface ComparedCase {
  readonly of: Case;
  readonly ratio: Estimate;
}

function comparedCases(
  results: readonly CaseResult[],
  measurements: readonly Measurement[],
  [one, other]: readonly [ContenderName, ContenderName],
): ComparedCase[] {
  return results.flatMap(({ index, case: of }) => {
    const own = measurements.filter((measurement) => measurement.case === index);
    const ratio = compared(of, own, one, other);
    return ratio === undefined ? [] : [{ of, ratio }];
  });
}

function pairText(
  [one, other]: readonly [ContenderName, ContenderName],
  operation: string,
  cases: readonly ComparedCase[],
): string {
  const ratios = cases.map(({ ratio }) => ratio);
  const counts = [
    ["faster", ratios.filter((ratio) => !isTie(ratio) && ratio.median > 1).length],
    ["a tie", ratios.filter(isTie).length],
    ["slower", ratios.filter((ratio) => !isTie(ratio) && ratio.median < 1).length],
  ] as const;
  const counted = counts.flatMap(([what, count]) => (count === 0 ? [] : [`${what} in ${count}`])).join(", ");
  const payloads = [...new Set(cases.map(({ of: { payload } }) => payload))];
  const each = payloads.map((payload) => {
    const own = cases.filter(({ of }) => of.payload === payload);
    return `${payload === undefined ? "" : `${sizeText(payload)}: `}${spread(own.map(({ ratio }) => ratio))}`;
  });
  return `${operation}, ${title(one)} against ${title(other)}: ${counted} of ${cases.length} cases. ${each.join("; ")}.`;
}

/** Over all numbers in flight. */
function spread(ratios: readonly Estimate[]): string {
  if (ratios.every(isTie)) return "a tie";
  const medians = ratios.map(({ median }) => median);
  const [least, most] = [Math.min(...medians), Math.max(...medians)];
  if (most < 1) return `${range(1 / most, 1 / least)} times as slow`;
  return `${range(least, most)} times as fast`;
}

function range(low: number, high: number): string {
  const [from, to] = [round(low), round(high)];
  return from === to ? from : `${from} to ${to}`;
}
