import { after, type Progress, type RunStatus } from "../progress.ts";

/** A lab that says nothing for so long is gone, ms; it may be at removing what was written. */
const SILENCE = 120_000;

/** What is heard of one run, until it is over. */
export class Steps {
  /** Rejects when it cannot be followed any more. */
  readonly over: Promise<RunStatus>;
  fail: (why: string) => void = () => {};
  #end: (status: RunStatus) => void = () => {};
  readonly #show: (step: Progress, status: RunStatus) => void;
  #status?: RunStatus;
  #run?: string;
  /** What came before the run's id was known. */
  #early: Progress[] = [];
  #silence?: NodeJS.Timeout;

  constructor(show: (step: Progress, status: RunStatus) => void) {
    this.#show = show;
    this.over = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.fail = (why) => reject(new Error(why));
    });
    this.over.catch(() => undefined);
  }

  follow(run: string): void {
    this.#run = run;
    for (const step of this.#early.splice(0)) this.take(step);
  }

  take(step: Progress): void {
    if (this.#run === undefined) this.#early.push(step);
    if (step.run !== this.#run) return;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.fail("The lab is not heard of any more."), SILENCE);
    this.#status = after(this.#status, step);
    if (this.#status === undefined) return;
    this.#show(step, this.#status);
    if (this.#status.state !== "running") {
      clearTimeout(this.#silence);
      this.#end(this.#status);
    }
  }
}
