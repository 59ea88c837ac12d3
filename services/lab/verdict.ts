import type { ContenderName } from "./contenders.ts";
import { isComparable, judged } from "./judged.ts";
import { round, sizeText, title } from "./report/words.ts";
import type { CaseResult, Estimate, Measurement, Summary } from "./results.ts";
import type { Case } from "./settings.ts";
import { type Ratio, ratioOf, type Standing, standingOf } from "./statistics.ts";

/** How many times as much as the other in the same case, round by round; undefined when one of them has nothing in a round. */
export function compared(
  of: Case,
  measurements: readonly Measurement[],
  one: ContenderName,
  other: ContenderName,
): Ratio | undefined {
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
  const [best, ...others] = summaries.filter((summary) => isComparable(of, summary, measurements));
  const failed = summaries.flatMap((summary) => failures(of, summary, measurements));
  if (best !== undefined) return [ranking(of, best, others, measurements), ...failed];
  return [summaries.every(({ calls }) => calls === 0) ? "Nothing was carried." : "None can be compared.", ...failed];
}

function ranking(of: Case, best: Summary, others: readonly Summary[], measurements: readonly Measurement[]): string {
  const found: Record<Standing, string[]> = { more: [], less: [], tie: [], unclear: [], few: [] };
  for (const { contender } of others) {
    // With open arrival the others wait longer, with closed arrival they carry less.
    const pair =
      of.arrival === "open" ? ([contender, best.contender] as const) : ([best.contender, contender] as const);
    const ratio = compared(of, measurements, ...pair);
    if (ratio === undefined) continue;
    const standing = standingOf(ratio);
    found[standing].push(`${title(contender)}${figureBeside(standing, ratio)}`);
  }
  const said = (what: string, names: readonly string[]) => (names.length === 0 ? [] : [`${what} ${names.join(", ")}`]);
  return `${[
    `${title(best.contender)}: ${figureOf(of, best)}`,
    // Who is best by the medians may be behind round by round.
    ...said(of.arrival === "open" ? "times as long:" : "times as many as:", [...found.more, ...found.less]),
    ...said("a tie with", found.tie),
    ...said("could not be told from", found.unclear),
    ...said("too few rounds to tell it from", found.few),
  ].join("; ")}.`;
}

function figureBeside(standing: Standing, ratio: Ratio): string {
  if (standing === "unclear") return ` (${between(ratio)} times)`;
  return standing === "tie" || standing === "few" ? "" : ` ${round(ratio.median)}`;
}

const between = ({ low, high }: Pick<Estimate, "low" | "high">): string => `between ${round(low)} and ${round(high)}`;

function figureOf({ arrival, rate = 0 }: Case, { throughput, latency, calls, rounds }: Summary): string {
  if (arrival === "closed") return `${round(throughput.median)} calls/s`;
  const at = `at ${round(rate)} calls/s`;
  if (latency?.p99 !== undefined) return `99 of 100 calls within ${round(latency.p99.median)} ms ${at}`;
  return `the slowest of ${Math.round(calls / rounds)} calls within ${round(latency?.max?.median ?? 0)} ms ${at}`;
}

function failures(of: Case, summary: Summary, measurements: readonly Measurement[]): string[] {
  const { contender, calls, errors } = summary;
  const failed = Object.entries(errors);
  if (failed.length === 0) return calls === 0 ? [`${title(contender)}: nothing was carried.`] : [];
  const lines = [failedText(summary)];
  if (calls > 0 && !isComparable(of, summary, measurements)) lines.push(outText(of, summary, measurements));
  return lines;
}

function failedText({ contender, calls, errors }: Summary): string {
  const failed = Object.entries(errors);
  const count = failed.reduce((total, [, number]) => total + number, 0);
  const codes = failed.map(([code, number]) => `${code} ${number}`).join(", ");
  const which = calls === 0 ? `nothing was carried, all ${count}` : `${count} of ${calls + count}`;
  return `${title(contender)}: ${which} calls failed (${codes}).`;
}

/** Why it is not compared with the others. */
function outText(of: Case, { contender, rounds }: Summary, measurements: readonly Measurement[]): string {
  const own = measurements.filter((one) => one.contender === contender && judged(of, one) === undefined);
  const lacked = of.arrival === "open" ? "fewer than 99 of 100 calls answered" : "no call";
  return `${title(contender)}: ${own.length} of ${rounds} rounds had ${lacked}, so it is not compared.`;
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
  /** Absent when one of the two had nothing in a round. */
  readonly ratio?: Ratio;
}

/** Those in which both took part. */
function comparedCases(
  results: readonly CaseResult[],
  measurements: readonly Measurement[],
  [one, other]: readonly [ContenderName, ContenderName],
): ComparedCase[] {
  return results.flatMap(({ index, case: of, summaries }) => {
    if (![one, other].every((name) => summaries.some(({ contender }) => contender === name))) return [];
    const own = measurements.filter((measurement) => measurement.case === index);
    return [{ of, ratio: compared(of, own, one, other) }];
  });
}

function pairText(
  [one, other]: readonly [ContenderName, ContenderName],
  operation: string,
  cases: readonly ComparedCase[],
): string {
  const standings = cases.map(({ ratio }) => (ratio === undefined ? undefined : standingOf(ratio)));
  const counts = [
    ["faster", "more"],
    ["a tie", "tie"],
    ["not told apart", "unclear"],
    ["slower", "less"],
    ["too few rounds to tell", "few"],
    ["not compared, for a round without calls,", undefined],
  ] as const;
  const counted = counts.flatMap(([what, standing]) => {
    const count = standings.filter((found) => found === standing).length;
    return count === 0 ? [] : [`${what} in ${count}`];
  });
  const payloads = [...new Set(cases.map(({ of: { payload } }) => payload))];
  const each = payloads.flatMap((payload) => {
    const own = cases.flatMap(({ of, ratio }) => (of.payload === payload && ratio !== undefined ? [ratio] : []));
    const found = spread(own);
    return found === undefined ? [] : [`${payload === undefined ? "" : `${sizeText(payload)}: `}${found}`];
  });
  const heading = `${operation}, ${title(one)} against ${title(other)}: ${counted.join(", ")} of ${cases.length} cases.`;
  return each.length === 0 ? heading : `${heading} ${each.join("; ")}.`;
}

/** Over all numbers in flight, those apart that differ in direction or not at all; undefined when none of them can be told. */
function spread(ratios: readonly Ratio[]): string | undefined {
  const standings = ratios.map(standingOf);
  if (standings.every((standing) => standing === "few")) return undefined;
  if (standings.every((standing) => standing === "unclear")) {
    const low = Math.min(...ratios.map((ratio) => ratio.low));
    const high = Math.max(...ratios.map((ratio) => ratio.high));
    return `${between({ low, high })} times as fast`;
  }
  const mediansOf = (wanted: Standing) =>
    ratios.flatMap(({ median }, index) => (standings[index] === wanted ? [median] : []));
  return [
    ...range(mediansOf("less").map((median) => 1 / median)).map((times) => `${times} times as slow`),
    ...range(mediansOf("more")).map((times) => `${times} times as fast`),
    ...(standings.includes("tie") ? ["a tie"] : []),
    ...(standings.includes("unclear") ? ["not told apart"] : []),
  ].join(" or ");
}

/** None of no values. */
function range(values: readonly number[]): string[] {
  if (values.length === 0) return [];
  const [from, to] = [round(Math.min(...values)), round(Math.max(...values))];
  return [from === to ? from : `${from} to ${to}`];
}
