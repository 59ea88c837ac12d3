import { readFile } from "node:fs/promises";
import { tailOf } from "../judged.ts";
import { caseText, loadText, round, surroundingsText, title } from "../report/words.ts";
import type { CaseResult, Estimate, Report, Summary } from "../results.ts";
import { type Case, isSameCase } from "../settings.ts";
import { type Ratio, type Standing, standingOf } from "../statistics.ts";
import { UsageError } from "./arguments.ts";
import { onlyInOne, surroundingsDifferences } from "./differences.ts";
import { aligned } from "./table.ts";

/** @throws UsageError when it is no report */
export async function readReport(file: string): Promise<Report> {
  let report: Partial<Report>;
  try {
    report = JSON.parse(await readFile(file, "utf8")) as Partial<Report>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file}: ${code === undefined ? "is no JSON" : `cannot be read (${code})`}`);
  }
  if (report?.version === 1 && Array.isArray(report.cases) && report.surroundings !== undefined)
    return report as Report;
  throw new UsageError(`${file}: is no report of the lab`);
}

/**
 * The second report against the first, case by case. Other than within a run, the two were not measured moments apart: the
 * ratio is anything between those of their intervals' ends, so they differ only where these do not touch.
 */
export function comparison(before: Report, after: Report): string {
  const rows = after.cases.flatMap((result) => {
    const other = before.cases.find(({ case: of }) => isSameCase(of, result.case));
    return other === undefined ? [] : rowsOf(other, result);
  });
  if (rows.length === 0) return "The two have no case in common.";
  const count = (...found: readonly Change[]) => rows.filter(({ change }) => found.includes(change)).length;
  const changed = count("more", "less");
  const [few, failed, others] = [count("few"), count("failed"), count("rates")];
  const header = ["", "", "before", "after", "change"] as const;
  return [
    ...["A", "B"].map((name, index) => `${name}: ${surroundingsText(index === 0 ? before : after)[0]}`),
    ...surroundingsDifferences(before, after),
    "",
    ...aligned([header, ...rows.map(({ cells }) => cells)]),
    "",
    `${changed} of ${changed + count("tie", "unclear")} differ; the others are inside the noise.`,
    ...(few === 0 ? [] : [`${few} with ${TOO_FEW}.`]),
    ...(failed === 0 ? [] : [`${failed} where ${TOO_MANY}: not comparable.`]),
    ...(others === 0 ? [] : [`${others} at other rates: not comparable.`]),
    ...onlyInOne(before, after),
  ].join("\n");
}

/** What became of a case: how the two stand, or why there is no telling. */
type Change = Standing | "failed" | "rates";

const TOO_FEW = "too few rounds to tell";
const TOO_MANY = "too many calls failed";
/** Latencies at a fixed rate are compared when the rates are no further apart than that. */
const SAME_RATE = 0.05;

const isOtherRate = ({ rate: a = 0 }: Case, { rate: b = 0 }: Case): boolean =>
  Math.abs(a - b) > SAME_RATE * Math.max(a, b);

interface Compared {
  readonly cells: readonly [string, string, string, string, string];
  readonly change: Change;
}

function rowsOf(before: CaseResult, after: CaseResult): Compared[] {
  return after.summaries.flatMap((summary) => {
    const other = before.summaries.find(({ contender }) => contender === summary.contender);
    if (other === undefined) return [];
    const isOther = isOtherRate(before.case, after.case);
    const value = ({ case: of }: CaseResult, one: Summary) =>
      `${figureOf(of, one)}${isOther ? ` at ${loadText(of)}` : ""}`;
    const { change, says } = isOther ? otherRates : changeOf(ratioOf(before.case, other, summary));
    return [
      {
        change,
        cells: [
          caseText(withoutRate(after.case)),
          title(summary.contender),
          value(before, other),
          value(after, summary),
          says,
        ],
      },
    ];
  });
}

function figureOf(of: Case, summary: Summary): string {
  const value = judged(of, summary);
  if (value === undefined) return "–";
  if (of.arrival === "closed") return `${round(value.median)} calls/s`;
  return `${round(value.median)} ms ${summary.latency?.p99 === undefined ? "slowest" : "p99"}`;
}

const judged = ({ arrival }: Case, summary: Summary): Estimate | undefined =>
  arrival === "closed" ? summary.throughput : tailOf(summary);

/** From the least to the most that it may be. */
function ratioOf(of: Case, before: Summary, after: Summary): Ratio | undefined {
  const [a, b] = [judged(of, before), judged(of, after)];
  if (!a?.median || !b?.median) return undefined;
  const rounds = Math.min(before.rounds, after.rounds);
  return { median: b.median / a.median, low: b.low / a.high, high: b.high / a.low, rounds };
}

interface Said {
  readonly change: Change;
  readonly says: string;
}
const otherRates: Said = { change: "rates", says: "not comparable" };

function changeOf(ratio: Ratio | undefined): Said {
  if (ratio === undefined) return { change: "failed", says: TOO_MANY };
  const change = standingOf(ratio);
  switch (change) {
    case "few":
      return { change, says: TOO_FEW };
    case "tie":
      return { change, says: "tie" };
    case "unclear":
      return { change, says: `not told apart (between ${round(ratio.low)} and ${round(ratio.high)} times)` };
    default:
      return { change, says: `${round(ratio.median)} times` };
  }
}

/** It follows from what the slowest carried, so it differs from run to run. */
const withoutRate = (of: Case): Case => ({ ...of, rate: undefined });
