import { readFileSync } from "node:fs";
import type { ContenderName } from "../contenders.ts";
import type { CaseResult, Report, Summary } from "../results.ts";
import { chart, marker } from "./chart.ts";
import { againstConcurrency, againstPayload, atFixedRate, type Figure } from "./series.ts";
import { caseText, machineText, round, surroundingsText, title } from "./words.ts";

const style = ["./style.css", "./contenders.css"]
  .map((file) => readFileSync(new URL(file, import.meta.url), "utf8"))
  .join("");

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** One file that needs nothing else: no script, no other host. */
export function toHtml(report: Report): string {
  const { id, state, reason, cases, verdict, absences, settings } = report;
  const operations = [...new Set(cases.map(({ case: { operation } }) => operation))];
  const heading = `Protocols compared: ${settings.operations.join(", ")}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(heading)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${escapeHtml(heading)}</h1>
<p class="facts">${surroundingsText(report).map(escapeHtml).join("<br>")}<br>Report ${escapeHtml(id)}</p>
${state === "partial" ? `<p class="partial"><b>Partial:</b> ${escapeHtml(reason ?? "it did not come to its end")}.</p>` : ""}
</header>
<main>
<section><h2>What the numbers say</h2>
${list(verdict)}
${absences.length === 0 ? "" : `<p>Left out:</p>${list(absences.map((one) => `${one.operation} over ${title(one.contender)}: ${one.reason}`))}`}
</section>
${legend(cases)}
${operations
  .map((operation) =>
    section(
      operation,
      cases.filter((result) => result.case.operation === operation),
    ),
  )
  .join("\n")}
</main>
</body>
</html>
`;
}

const list = (lines: readonly string[]): string =>
  `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`;

function legend(cases: readonly CaseResult[]): string {
  const names = new Set(cases.flatMap(({ summaries }) => summaries.map(({ contender }) => contender)));
  const item = (name: ContenderName) => `<li>${marker(name)} ${title(name)}</li>`;
  return `<ul class="legend" aria-label="Legend" tabindex="0">${[...names].map(item).join("")}</ul>`;
}

function section(operation: string, cases: readonly CaseResult[]): string {
  return `<section><h2>${escapeHtml(operation)}</h2>
${figures("Against the payload", againstPayload(cases))}
${figures("Against calls in flight", againstConcurrency(cases))}
${figures("At a fixed rate, waiting included", atFixedRate(cases))}
<h3>Case by case</h3>
${cases.map(details).join("\n")}
</section>`;
}

/** One place on the x axis shows no course: the tables have it. */
function figures(heading: string, all: readonly Figure[]): string {
  const drawn = all.filter(({ x }) => x.length > 1).map(chart);
  return drawn.length === 0 ? "" : `<h3>${heading}</h3><div class="figures">${drawn.join("\n")}</div>`;
}

function details({ case: of, summaries, verdict, machine }: CaseResult): string {
  const columns = [
    "",
    "calls/s",
    "",
    "p50 ms",
    "p99 ms",
    "max ms",
    "sent B",
    "received B",
    "CPU calling µs",
    "CPU serving µs",
  ];
  const most = Math.max(...summaries.map(({ throughput }) => throughput.median), 1);
  return `<details><summary><b>${escapeHtml(caseText(of))}</b> ${escapeHtml(verdict.join(" "))}</summary>
<div class="scroll"><table><thead><tr>${columns.map((column) => `<th scope="col">${column}</th>`).join("")}</tr></thead>
<tbody>${summaries.map((summary) => row(summary, most)).join("")}</tbody></table></div>
${machine === undefined ? "" : `<p class="facts">Meanwhile the machine had ${machineText(machine)}.</p>`}</details>`;
}

function row({ contender, throughput, latency, sent, received, cpu }: Summary, most: number): string {
  const share = ((throughput.median / most) * 100).toFixed(1);
  const { median, low, high } = throughput;
  const cells = [
    `${round(median)} <small>${round(low)} to ${round(high)}</small>`,
    `<svg class="bar ${contender}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="fill" width="${share}" height="8"/></svg>`,
    ...[latency?.p50, latency?.p99, latency?.max, sent, received, cpu?.driver, cpu?.nodes].map((estimate) =>
      estimate === undefined ? "" : round(estimate.median),
    ),
  ];
  return `<tr><th scope="row">${marker(contender)} ${title(contender)}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}
