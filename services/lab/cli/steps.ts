import { after, type Progress, type RunStatus } from "../progress.ts";

/** A run under way tells something twice a second, but not while it removes what was written; then it is asked for, ms. */
const SILENCE = 10_000;
/** A lab that so often in a row has no answer is gone. */
const ASKS = 6;

interface StepsOptions {
  readonly show: (step: Progress, status: RunStatus) => void;
  /** The lab's status, for when nothing is heard or something was missed. */
  readonly ask: () => Promise<RunStatus | null>;
  readonly silence?: number;
}

/** What is heard of one run, until it is over. */
export class Steps {
  /** Rejects when it cannot be followed any more. */
  readonly over: Promise<RunStatus>;
  fail: (why: string) => void = () => {};
  #end: (status: RunStatus) => void = () => {};
  readonly #options: StepsOptions;
  #status?: RunStatus;
  #run?: string;
  /** What came before the run's id was known. */
  #early: Progress[] = [];
  #silence?: NodeJS.Timeout;
  #unanswered = 0;

  constructor(options: StepsOptions) {
    this.#options = options;
    this.over = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.fail = (why) => reject(new Error(why));
    });
    this.over.catch(() => undefined).finally(() => clearTimeout(this.#silence));
  }

  follow(run: string): void {
    this.#run = run;
    this.#wait();
    for (const step of this.#early.splice(0)) this.take(step);
  }

  take(step: Progress): void {
    if (this.#run === undefined) this.#early.push(step);
    if (step.run !== this.#run) return;
    const status = after(this.#status, step);
    if (status === undefined) return; // Its beginning was missed: it is asked for.
    this.#wait();
    this.#known(status);
    this.#options.show(step, status);
  }

  #known(status: RunStatus): void {
    this.#status = status;
    if (status.state !== "running") this.#end(status);
  }

  #wait(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => void this.#ask(), this.#options.silence ?? SILENCE);
  }

  async #ask(): Promise<void> {
    const status = await this.#options.ask().catch(() => null);
    if (status === null || status.run !== this.#run) {
      if (++this.#unanswered === ASKS) return this.fail("The lab is not heard of any more.");
    } else {
      this.#unanswered = 0;
      if (status.number >= (this.#status?.number ?? 0)) this.#known(status);
    }
    if (this.#status === undefined || this.#status.state === "running") this.#wait();
  }
}
