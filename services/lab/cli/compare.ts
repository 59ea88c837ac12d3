import { readFile } from "node:fs/promises";
import { caseText, loadText, round, surroundingsText, title } from "../report/words.ts";
import type { CaseResult, Estimate, Report, Summary } from "../results.ts";
import { type Case, isSameCase } from "../settings.ts";
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
 * The second report against the first, case by case. Other than within a run, the two were not measured moments apart: they
 * differ only where their intervals do not touch.
 */
export function comparison(before: Report, after: Report): string {
  const rows = after.cases.flatMap((result) => {
    const other = before.cases.find(({ case: of }) => isSameCase(of, result.case));
    return other === undefined ? [] : rowsOf(other, result);
  });
  if (rows.length === 0) return "The two have no case in common.";
  const comparable = rows.filter(({ change }) => change !== NOT_COMPARABLE);
  const changed = comparable.filter(({ change }) => change !== "tie").length;
  const others = rows.length - comparable.length;
  const header = ["", "", "before", "after", "change"] as const;
  return [
    ...["A", "B"].map((name, index) => `${name}: ${surroundingsText(index === 0 ? before : after)[0]}`),
    ...surroundingsDifferences(before, after),
    "",
    ...aligned([header, ...rows.map(({ cells }) => cells)]),
    "",
    `${changed} of ${comparable.length} differ; the others are inside the noise.`,
    ...(others === 0 ? [] : [`${others} at other rates: ${NOT_COMPARABLE}.`]),
    ...onlyInOne(before, after),
  ].join("\n");
}

const NOT_COMPARABLE = "not comparable";
/** Latencies at a fixed rate are compared when the rates are no further apart than that. */
const SAME_RATE = 0.05;

const isOtherRate = ({ rate: a = 0 }: Case, { rate: b = 0 }: Case): boolean =>
  Math.abs(a - b) > SAME_RATE * Math.max(a, b);

interface Compared {
  readonly cells: readonly [string, string, string, string, string];
  readonly change: string;
}

function rowsOf(before: CaseResult, after: CaseResult): Compared[] {
  return after.summaries.flatMap((summary) => {
    const other = before.summaries.find(({ contender }) => contender === summary.contender);
    const [a, b] = [other, summary].map((one) => (one === undefined ? undefined : judged(after.case, one)));
    if (a === undefined || b === undefined || a.median === 0) return [];
    const unit = after.case.arrival === "closed" ? "calls/s" : "ms p99";
    const isOther = isOtherRate(before.case, after.case);
    const change = isOther ? NOT_COMPARABLE : changeOf(a, b);
    const values = (
      [
        [a, before],
        [b, after],
      ] as const
    ).map(([{ median }, { case: of }]) => `${round(median)} ${unit}${isOther ? ` at ${loadText(of)}` : ""}`);
    return [
      {
        change,
        cells: [
          caseText(withoutRate(after.case)),
          title(summary.contender),
          String(values[0]),
          String(values[1]),
          change,
        ],
      },
    ];
  });
}

const changeOf = (a: Estimate, b: Estimate): string =>
  a.low <= b.high && b.low <= a.high ? "tie" : `${round(b.median / a.median)} times`;

const judged = ({ arrival }: Case, { throughput, latency }: Summary): Estimate | undefined =>
  arrival === "closed" ? throughput : latency?.p99;

/** It follows from what the slowest carried, so it differs from run to run. */
const withoutRate = (of: Case): Case => ({ ...of, rate: undefined });
