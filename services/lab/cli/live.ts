import type { WriteStream } from "node:tty";
import { styleText } from "node:util";
import { tailOf } from "../judged.ts";
import type { Progress, RunStatus } from "../progress.ts";
import { caseText, round, title } from "../report/words.ts";
import { bar } from "./table.ts";

const LONGEST_BAR = 40;

/** On a terminal the protocols race in place; elsewhere there is a line for each case that is done. */
export class Live {
  readonly #out: WriteStream;
  #drawn = 0;

  constructor(out: WriteStream) {
    this.#out = out;
  }

  show(step: Progress, status: RunStatus): void {
    if (step.type === "started") this.#line(`Run ${step.run}, about ${seconds(step.estimate)}; Ctrl-C stops it.`);
    if (step.type === "absent") {
      const { contender, operation, reason } = step.absence;
      this.#line(`  ${operation} over ${title(contender)} is left out: ${reason}`);
    }
    if (step.type === "result") {
      this.#line(`  ${styleText("bold", caseText(step.result.case))}: ${step.result.verdict.join(" ")}`);
    }
    if (status.state === "running") this.#draw(status);
    else this.clear();
  }

  clear(): void {
    if (this.#drawn > 0) this.#out.write(`\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
  }

  #line(text: string): void {
    this.clear();
    this.#out.write(`${text}\n`);
  }

  #draw(status: RunStatus): void {
    if (!this.#out.isTTY) return;
    const lines = [...race(status, this.#out.columns), overall(status, this.#out.columns)];
    this.clear();
    this.#out.write(`${lines.join("\n")}\n`);
    this.#drawn = lines.length;
  }
}

/** The contenders of the case under way, each with what it did last. */
function race({ now, cases, measurements, settings }: RunStatus, columns: number): string[] {
  const of = now === undefined ? undefined : cases[now.index];
  if (now === undefined || of === undefined) return [];
  const figures = settings.contenders.map((contender) => {
    const last = measurements.findLast((one) => one.contender === contender);
    if (of.arrival === "open") return { contender, value: last && tailOf(last), unit: "ms p99" };
    const isNow = contender === now.contender && now.throughput > 0;
    return { contender, value: isNow ? now.throughput : last?.throughput, unit: "calls/s" };
  });
  const most = Math.max(...figures.map(({ value }) => value ?? 0), Number.MIN_VALUE);
  const width = Math.max(5, Math.min(LONGEST_BAR, columns - 46));
  const turn = now.round === 0 ? "warming up" : `round ${now.round} of ${settings.rounds}`;
  return [
    "",
    `  ${styleText("bold", caseText(of))}, ${turn}`,
    ...figures.map(({ contender, value, unit }) => {
      const name = `${contender === now.contender ? ">" : " "} ${title(contender)}`.padEnd(25);
      const figure = value === undefined ? "" : `${round(value)} ${unit}`.padStart(16);
      return `  ${name} ${styleText("green", bar((value ?? 0) / most, width))} ${figure}`;
    }),
  ];
}

function overall({ done, estimate }: RunStatus, columns: number): string {
  const width = Math.max(5, Math.min(LONGEST_BAR, columns - 46));
  const left = seconds((1 - done) * estimate);
  return `  ${"".padEnd(25)} ${styleText("cyan", bar(done, width))} ${`${Math.round(done * 100)} %, ${left} left`.padStart(16)}`;
}

const seconds = (ms: number): string => (ms < 90_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 60_000)} min`);
