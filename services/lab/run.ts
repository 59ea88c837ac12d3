import { type ChildProcess, fork } from "node:child_process";
import type { Environment } from "../../config/load.ts";
import { inherited, sibling } from "./driver/helpers.ts";
import type { FromDriver, ToDriver } from "./driver/messages.ts";
import type { Progress, Step } from "./progress.ts";
import type { Absence, CaseResult, Measurement, Reached, Report } from "./results.ts";
import { casesOf, LONGEST_RUN, type Settings } from "./settings.ts";
import { intervalRanks } from "./statistics.ts";
import { surroundingsHere } from "./surroundings.ts";
import { estimate } from "./timing.ts";
import { runVerdict } from "./verdict.ts";

interface RunOptions {
  readonly id: string;
  readonly settings: Settings;
  /** Of the process that generates the load. */
  readonly environment: Environment;
  readonly transporter: string;
  readonly tell: (progress: Progress) => void;
  /** Keeps the report; resolves when it is kept. */
  readonly keep: (report: Report) => Promise<void>;
}

/**
 * An ordered stop may take so long until it is a kill, ms: a call in flight has its deadline before. A stream's is later, and
 * so may be the removal of what was written: then the lab removes it, at once, or when the log is there again (`Leftovers`).
 */
const STOP_TIMEOUT = 12_000;

/** One comparison: the process that generates the load, what it tells, and the report that comes of it. */
export class Run {
  readonly id: string;
  /** Resolves when it is over and its report is kept; never rejects. */
  readonly over: Promise<void>;
  /** When it is over: whether the log has nothing of it. */
  cleared = false;
  readonly #options: RunOptions;
  readonly #began = new Date().toISOString();
  readonly #surroundings: Report["surroundings"];
  readonly #driver: ChildProcess;
  readonly #measurements: Measurement[] = [];
  readonly #results: CaseResult[] = [];
  readonly #absences: Absence[] = [];
  #reached: Reached = { nodes: {}, messageBroker: "unknown" };
  /** Why it is to end before its last case. */
  #stopped?: string;
  #number = 0;
  #done = 0;

  constructor(options: RunOptions) {
    const { id, settings, environment, transporter } = options;
    this.id = id;
    this.#options = options;
    this.#surroundings = { ...surroundingsHere(), transporter, ...this.#reached };
    this.#driver = fork(sibling("./main"), {
      env: environment as NodeJS.ProcessEnv,
      execArgv: inherited(process.execArgv),
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const cases = casesOf(settings);
    this.#tell({ type: "started", began: this.#began, settings, cases, estimate: estimate(settings) }, 0);
    const limit = setTimeout(() => this.#stop(`it took longer than ${LONGEST_RUN / 60_000} minutes`), LONGEST_RUN);
    this.over = this.#drive().then((reason) => {
      clearTimeout(limit);
      return this.#finish(reason);
    });
    this.#send({ type: "run", run: id, settings });
  }

  /** What was measured so far is kept as a partial report. */
  stop(): Promise<void> {
    this.#stop("it was stopped");
    return this.over;
  }

  #stop(reason: string): void {
    this.#stopped ??= reason;
    this.#send({ type: "stop", reason });
    setTimeout(() => this.#driver.kill("SIGKILL"), STOP_TIMEOUT).unref();
  }

  /** @returns why it did not come to its end, if so */
  #drive(): Promise<string | undefined> {
    return new Promise((resolve) => {
      let reason = (): string | undefined => this.#stopped ?? "the process that generates the load ended by itself";
      this.#driver.on("message", (message: FromDriver) => {
        if (message.type === "over") {
          reason = () => message.reason;
          this.cleared = message.cleared;
        } else if (message.type === "reached") this.#reached = message.reached;
        else this.#take(message.step, message.done);
      });
      this.#driver.once("error", (error) => resolve(error.message));
      this.#driver.once("close", () => resolve(reason()));
    });
  }

  #take(step: Step, done: number): void {
    if (step.type === "absent") this.#absences.push(step.absence);
    if (step.type === "measured") this.#measurements.push(step.measurement);
    if (step.type === "result") this.#results.push(step.result);
    this.#tell(step, done);
  }

  async #finish(reason: string | undefined): Promise<void> {
    const state = reason === undefined ? "complete" : "partial";
    const verdict = runVerdict(this.#results, this.#measurements);
    let reported = this.#results.length > 0;
    let why = reason;
    if (reported) {
      try {
        await this.#options.keep(this.#report(state, reason, verdict));
      } catch (error) {
        reported = false;
        why = `the report was not kept: ${(error as Error).message}`;
      }
    }
    this.#tell({ type: "finished", state, reason: why, verdict, reported }, state === "complete" ? 1 : this.#done);
  }

  #report(state: Report["state"], reason: string | undefined, verdict: readonly string[]): Report {
    const { id, settings } = this.#options;
    const measured = new Set(this.#results.map(({ index }) => index));
    return {
      version: 1,
      id,
      began: this.#began,
      ended: new Date().toISOString(),
      state,
      reason,
      settings,
      surroundings: { ...this.#surroundings, ...this.#reached },
      confidence: intervalRanks(settings.rounds).confidence,
      cases: this.#results,
      absences: this.#absences,
      verdict,
      measurements: this.#measurements.filter((measurement) => measured.has(measurement.case)),
    };
  }

  #tell(step: Step, done: number): void {
    this.#done = done;
    this.#options.tell({ ...step, run: this.id, number: ++this.#number, done });
  }

  #send(message: ToDriver): void {
    if (this.#driver.connected) this.#driver.send(message);
  }
}
