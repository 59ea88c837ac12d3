import { mkdirSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";
import { nodesWith } from "../../protocols/endpoints.ts";
import { idPattern } from "./reports.ts";

interface LeftoversOptions {
  readonly directory: string;
  /** Removes what the run wrote to the log. @returns how many entries */
  readonly remove: (run: string) => Promise<number>;
  readonly tell: (line: string) => void;
  /** ms between two looks at the same run. */
  readonly pause?: number;
}

/** How long the log may take to be found, and then to remove what a run wrote, ms. */
const PATIENCE = 30_000;
const REMOVING = 60_000;
const POLL = 250;

/**
 * Removes what the run wrote to the log. @returns how many entries @throws CodedError
 * @param signal when it aborts, a log that is away is not waited for any more
 */
export async function removeEntries(broker: ServiceBroker, run: string, signal?: AbortSignal): Promise<number> {
  const operation = "logger.clear";
  for (let waited = 0; waited < PATIENCE && nodesWith(broker, operation).length === 0; waited += POLL) {
    if (signal?.aborted) break;
    await delay(POLL, undefined, { ref: false });
  }
  const { removed } = await broker.call<{ removed: number }, object>(operation, { source: run }, { timeout: REMOVING });
  return removed;
}

/** Requests of a process that was killed may still wait in a queue: so often is looked again, until nothing comes any more. */
const LOOKS = 10;
const PAUSE = 2_000;
const SUFFIX = ".writes";

/**
 * The runs that write to the log and have not removed it yet, a file each: so that the lab knows also after it was killed. A run
 * removes by itself what it wrote; what one left that could not is removed when it is over, when the next is, and at the start.
 */
export class Leftovers {
  readonly #options: LeftoversOptions;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: LeftoversOptions) {
    this.#options = options;
  }

  /** Before the run writes. At once, for two may want to begin. Where nothing can be written the run goes on without. */
  note(run: string): void {
    try {
      mkdirSync(this.#options.directory, { recursive: true });
      writeFileSync(this.#file(run), "");
    } catch (error) {
      this.#options.tell(`Were run ${run} killed, its entries would stay in the log: ${(error as Error).message}`);
    }
  }

  /** The run has removed it by itself. Never rejects. */
  async forget(run: string): Promise<void> {
    await rm(this.#file(run), { force: true }).catch((error: Error) => this.#options.tell(error.message));
  }

  /** Never rejects: what cannot be removed now stays noted. @param isRunning whose entries are still in use */
  clear(isRunning: (run: string) => boolean): Promise<void> {
    this.#turn = this.#turn.then(() => this.#clear(isRunning));
    return this.#turn;
  }

  async #clear(isRunning: (run: string) => boolean): Promise<void> {
    const { tell } = this.#options;
    for (const run of await this.#noted()) {
      if (isRunning(run)) continue;
      try {
        if (await this.#removeAll(run)) await this.forget(run);
        else tell(`Entries of run ${run} still come to the log; they are removed later`);
      } catch (error) {
        tell(`What run ${run} wrote is still in the log, and is removed later: ${(error as Error).message}`);
      }
    }
  }

  async #removeAll(run: string): Promise<boolean> {
    const { remove, pause = PAUSE } = this.#options;
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await delay(pause, undefined, { ref: false });
      if ((await remove(run)) === 0) return true;
    }
    return false;
  }

  async #noted(): Promise<string[]> {
    const names = await readdir(this.#options.directory).catch(() => []);
    const runs = names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
    return runs.filter((run) => idPattern.test(run)).sort();
  }

  #file(run: string): string {
    return join(this.#options.directory, `${run}${SUFFIX}`);
  }
}
