import { contenders } from "../../../services/lab/contenders.ts";
import { machineText, round } from "../../../services/lab/report/words.ts";
import { type CaseResult, type Estimate, type Summary, sumOf } from "../../../services/lab/results.ts";
import { Marker } from "./marker.tsx";
import { Meter } from "./meter.tsx";
import { caseTitle } from "./words.ts";

interface Column {
  readonly title: string;
  readonly unit: string;
  readonly read: (summary: Summary) => Estimate | undefined;
}

const columns: readonly Column[] = [
  { title: "Calls/s", unit: "", read: ({ throughput }) => throughput },
  { title: "p50", unit: "ms", read: ({ latency }) => latency?.p50 },
  { title: "p99", unit: "ms", read: ({ latency }) => latency?.p99 },
  { title: "Bytes a call", unit: "B", read: ({ sent, received }) => sumOf(sent, received) },
  { title: "CPU a call", unit: "µs", read: ({ cpu }) => sumOf(cpu?.driver, cpu?.nodes) },
];

/** What one case came to: a sentence, and under it each figure with its interval. */
export function CaseCard({
  result: { case: of, summaries, verdict, machine },
  isOpen,
}: {
  result: CaseResult;
  isOpen: boolean;
}) {
  const shown = columns.filter(({ read }) => summaries.some((summary) => read(summary) !== undefined));
  return (
    <details class="card flush case" open={isOpen}>
      <summary class="case-head">
        <strong>{caseTitle(of)}</strong> <span class="muted">{verdict.join(" ")}</span>
      </summary>
      <table class="rows case-rows">
        <caption class="hidden">{caseTitle(of)}</caption>
        <thead>
          <tr>
            <th scope="col">Protocol</th>
            {shown.map(({ title }) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {summaries.map((summary) => (
            <tr key={summary.contender}>
              <th scope="row">
                <Marker contender={summary.contender} /> {contenders[summary.contender].title}
              </th>
              {shown.map((column) => (
                <Cell key={column.title} column={column} summary={summary} all={summaries} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {machine && <p class="fine case-machine">Meanwhile the machine had {machineText(machine)}.</p>}
    </details>
  );
}

function Cell({
  column: { title, unit, read },
  summary,
  all,
}: {
  column: Column;
  summary: Summary;
  all: readonly Summary[];
}) {
  const value = read(summary);
  if (value === undefined) return <td data-label={title}>–</td>;
  const most = Math.max(...all.map((other) => read(other)?.high ?? 0));
  return (
    <td class={`number ${summary.contender}`} data-label={title}>
      {round(value.median)} {unit}
      <span class="fine interval">
        {round(value.low)} to {round(value.high)}
      </span>
      <Meter value={value} most={most} />
    </td>
  );
}
