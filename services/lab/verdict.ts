import { type ContenderName, contenders } from "./contenders.ts";
import type { CaseResult, Estimate, Measurement, Summary } from "./results.ts";
import type { Case } from "./settings.ts";
import { isTie, ratioOf } from "./statistics.ts";

const title = (name: ContenderName): string => contenders[name].title;

/** 41,234 is told as 41,200: the rest is noise. */
export function round(value: number): string {
  const digits = value >= 100 ? 3 : 2;
  return Number(value.toPrecision(digits)).toLocaleString("en");
}

export function sizeText(bytes: number): string {
  if (bytes >= 1_048_576) return `${round(bytes / 1_048_576)} MiB`;
  return bytes >= 1_024 ? `${round(bytes / 1_024)} KiB` : `${bytes} B`;
}

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
  if (best === undefined || best.calls === 0) return ["Nothing was carried.", ...summaries.flatMap(failures)];
  const ties: string[] = [];
  const behind: string[] = [];
  for (const { contender } of others) {
    const ratio =
      of.arrival === "closed"
        ? compared(of, measurements, best.contender, contender)
        : compared(of, measurements, contender, best.contender);
    if (ratio === undefined) continue;
    if (isTie(ratio)) ties.push(title(contender));
    else behind.push(`${round(ratio.median)} times ${title(contender)}`);
  }
  const alone = others.length === 0;
  const figure =
    of.arrival === "closed"
      ? `${round(best.throughput.median)} calls/s`
      : `99 of 100 calls within ${round(best.latency?.p99.median ?? 0)} ms at ${round(of.rate ?? 0)} calls/s`;
  const tie = ties.length === 0 ? "" : `, a tie with ${ties.join(", ")}`;
  const lead =
    behind.length === 0
      ? ""
      : of.arrival === "closed"
        ? `; ${behind.join(", ")}`
        : `; waits compared: ${behind.join(", ")}`;
  return [`${title(best.contender)}: ${figure}${alone ? "" : `${tie}${lead}`}.`, ...summaries.flatMap(failures)];
}

function failures({ contender, calls, errors }: Summary): string[] {
  const failed = Object.entries(errors);
  if (failed.length === 0) return [];
  const count = failed.reduce((total, [, number]) => total + number, 0);
  const codes = failed.map(([code, number]) => `${code} ${number}`).join(", ");
  return [`${title(contender)}: ${count} of ${calls + count} calls failed (${codes}).`];
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
  const faster = cases.filter(({ ratio }) => ratio.low > 1).length;
  const ties = cases.filter(({ ratio }) => isTie(ratio)).length;
  const payloads = [...new Set(cases.map(({ of: { payload } }) => payload))];
  const each = payloads.map((payload) => {
    const own = cases.filter(({ of }) => of.payload === payload);
    return `${payload === undefined ? "" : `${sizeText(payload)} `}${spread(own.map(({ ratio }) => ratio))}`;
  });
  const count = `faster in ${faster} of ${cases.length} cases${ties === 0 ? "" : `, a tie in ${ties}`}`;
  return `${operation}: ${title(one)} is ${count} against ${title(other)}; times as fast: ${each.join(", ")}.`;
}

function spread(ratios: readonly Estimate[]): string {
  if (ratios.every(isTie)) return "a tie";
  const medians = ratios.map(({ median }) => median);
  const [low, high] = [round(Math.min(...medians)), round(Math.max(...medians))];
  return low === high ? low : `${low} to ${high}`;
}
