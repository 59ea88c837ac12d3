import { setTimeout as delay } from "node:timers/promises";
import type { Outbox, OutboxRow } from "./outbox.ts";

interface RelayOptions {
  readonly outbox: Pick<Outbox, "unpublished" | "markPublished" | "prune" | "lease" | "release">;
  /** This replica's name among the others. */
  readonly holder: string;
  /** Throws while the database or the message broker is away, which is shown elsewhere: then nothing is tried. */
  readonly requireServers: () => void;
  /** Resolves when the message broker has confirmed. */
  readonly publish: (row: OutboxRow) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
  readonly timing?: Partial<Timing>;
}

/** ms, but for the batches. */
interface Timing {
  /** How often it looks for what other replicas left, or what failed. */
  readonly poll: number;
  /** How long a replica may publish before it must renew its right to; a dead one is followed after as long. */
  readonly term: number;
  readonly batch: number;
  /** How long published rows are kept, how often they are looked for, and how many are removed at once. */
  readonly keep: number;
  readonly pruneEvery: number;
  readonly pruneBatch: number;
}

const defaults: Timing = {
  poll: 1_000,
  term: 10_000,
  batch: 100,
  keep: 86_400_000,
  pruneEvery: 600_000,
  pruneBatch: 1_000,
};

/**
 * Publishes the outbox in order, one event after the other's confirm, by one replica at a time. At least once: one that
 * dies between confirm and mark leaves up to a batch to be published again, under the same ids.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #timing: Timing;
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #pruned = Number.NEGATIVE_INFINITY;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#timing = { ...defaults, ...options.timing };
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There is something to publish: at once, not at the next look. */
  nudge(): void {
    this.#wake.abort();
  }

  /** Resolves when the event in hand is settled. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      const more = await this.#round();
      if (more) continue;
      const signal = AbortSignal.any([this.#wake.signal, this.#stop.signal]);
      await delay(this.#timing.poll, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** @returns whether there may be more to do at once */
  async #round(): Promise<boolean> {
    try {
      this.#options.requireServers();
    } catch {
      return false;
    }
    try {
      await this.#prune();
      return await this.#publishBatch();
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#options.onFailure(error);
      return false;
    }
  }

  async #publishBatch(): Promise<boolean> {
    const { outbox, holder } = this.#options;
    const { term, batch } = this.#timing;
    // Most looks find nothing: those write nothing either.
    if ((await outbox.unpublished(1)).length === 0) return false;
    const until = performance.now() + term;
    if (!(await outbox.lease(holder, term))) return false;
    const published: OutboxRow[] = [];
    try {
      for (const row of await outbox.unpublished(batch)) {
        if (this.#stop.signal.aborted || performance.now() >= until) break;
        await this.#options.publish(row);
        published.push(row);
      }
    } finally {
      await outbox.markPublished(published);
      await outbox.release(holder);
    }
    return published.length > 0;
  }

  async #prune(): Promise<void> {
    const { keep, pruneEvery, pruneBatch } = this.#timing;
    if (performance.now() - this.#pruned < pruneEvery) return;
    const removed = await this.#options.outbox.prune(keep, pruneBatch);
    if (removed < pruneBatch) this.#pruned = performance.now();
  }
}
