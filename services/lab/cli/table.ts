import { styleText } from "node:util";
import { tailOf } from "../judged.ts";
import { caseText, machineText, round, surroundingsText, title } from "../report/words.ts";
import type { CaseResult, Estimate, Report, Summary } from "../results.ts";

const BAR = 20;
const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** @param share 0 to 1 @param width characters */
export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(Math.max(share, 0), 1) * width * 8);
  return ("█".repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? "")).padEnd(width);
}

type Row = readonly [string, ...string[]];

/** Every case with a bar for each contender, then what they say together. */
export function reportText(report: Report): string {
  const { cases, verdict, absences, state, reason } = report;
  return [
    "",
    ...cases.flatMap((result) => [caseTable(result), ""]),
    ...verdict,
    ...absences.map((one) => `${one.operation} over ${title(one.contender)} was left out: ${one.reason}`),
    "",
    ...surroundingsText(report).map((line) => styleText("gray", line)),
    ...(state === "partial" ? [styleText("yellow", `Partial: ${reason ?? "it did not come to its end"}.`)] : []),
  ].join("\n");
}

/** With open arrival the bar is what 99 of 100 calls took, for all carry the same. */
function caseTable({ case: of, summaries, verdict, machine }: CaseResult): string {
  const barred = (summary: Summary): Estimate | undefined =>
    of.arrival === "closed" ? summary.throughput : tailOf(summary);
  const most = Math.max(...summaries.map((summary) => barred(summary)?.median ?? 0), 1e-9);
  const header: Row = [
    "",
    of.arrival === "closed" ? "calls/s" : "p99",
    "calls/s",
    "p50 ms",
    "p99 ms",
    "B sent",
    "B received",
    "CPU µs",
  ];
  const rows = summaries.map(
    (summary): Row => [
      title(summary.contender),
      bar((barred(summary)?.median ?? 0) / most, BAR),
      median(summary.throughput),
      median(summary.latency?.p50),
      median(summary.latency?.p99),
      median(summary.sent),
      median(summary.received),
      summary.cpu === undefined ? "" : `${median(summary.cpu.driver)} + ${median(summary.cpu.nodes)}`,
    ],
  );
  const lines = aligned([header, ...rows]);
  const [first = "", ...rest] = lines;
  return [
    `${styleText("bold", caseText(of))}  ${styleText("gray", machineText(machine))}`.trimEnd(),
    styleText("gray", first),
    ...rest,
    ...verdict.map((line) => `  ${line}`),
  ].join("\n");
}

const median = (estimate: Estimate | undefined): string => (estimate === undefined ? "" : round(estimate.median));

/** Names to the left, numbers to the right. */
export function aligned(rows: readonly Row[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column <= 1 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd()
      .replace(/^/, "  "),
  );
}
