import { setTimeout as delay } from "node:timers/promises";
import { CodedError, toCodedError } from "../../errors/index.ts";

/** One item's own result: a failing item does not fail those stored with it. */
export type Outcome<R> = { readonly value: R } | { readonly error: unknown };

export interface Limits {
  /** Items that wait for the batch before theirs, and their size together; beyond either a writer is told OVERLOADED. */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
  /** A batch ends at either; one item may be larger. */
  readonly maxBatch: number;
  readonly maxBatchBytes: number;
  /** A writer is answered after so long at the latest, ms. */
  readonly patience: number;
  /** Between two attempts while the store is away, ms; doubled from the first to the last. */
  readonly firstPause: number;
  readonly lastPause: number;
}

export const defaultLimits: Limits = {
  maxWaiting: 10_000,
  maxWaitingBytes: 64 << 20,
  maxBatch: 1_000,
  maxBatchBytes: 8 << 20,
  patience: 4_000,
  firstPause: 50,
  lastPause: 1_000,
};

interface Options<T, R> {
  /** Stores all it can. Throws when the store is away; trying the same items again must not store any of them twice. */
  readonly store: (batch: readonly T[]) => Promise<readonly Outcome<R>[]>;
  /** Bytes, about. */
  readonly sizeOf: (item: T) => number;
  readonly limits?: Partial<Limits>;
}

interface Writer<T, R> {
  readonly item: T;
  readonly bytes: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (value: R) => void;
  readonly reject: (error: unknown) => void;
  /** Stops listening to the writer's signal. */
  unwatch?: () => void;
  answered: boolean;
}

/**
 * Writes one batch at a time; what arrives meanwhile makes the next, so batches grow with the load and a lone write waits
 * for nobody (it lingers for one turn of the event loop, for what came in with it). Each writer is answered when its item
 * is stored: as durable as one insert a write, and many times faster.
 *
 * While the store is away the batch is kept and tried again. A writer whose patience ends is told so, with an error that
 * says to try again; its item may have been stored all the same if it was under way, so who must not write twice gives
 * the item an id of its own.
 */
export class GroupCommit<T, R> {
  readonly #options: Options<T, R>;
  readonly #limits: Limits;
  #waiting: Writer<T, R>[] = [];
  #bytes = 0;
  #writing = false;
  #lastFailure?: CodedError;

  constructor(options: Options<T, R>) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  /** Items that are not stored yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * @param signal aborted when the writer gives up: an item that still waits for its batch is not stored then
   * @throws CodedError OVERLOADED, DEPENDENCY_UNAVAILABLE or TIMEOUT after `patience`; or what became of the item itself
   */
  write(item: T, signal?: AbortSignal): Promise<R> {
    const { maxWaiting, maxWaitingBytes, patience } = this.#limits;
    const bytes = this.#options.sizeOf(item);
    if (this.#waiting.length >= maxWaiting || (this.#bytes > 0 && this.#bytes + bytes > maxWaitingBytes)) {
      return Promise.reject(new CodedError("OVERLOADED", "too much waits to be stored; try again"));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(writer), patience);
      const writer: Writer<T, R> = { item, bytes, timer, resolve, reject, answered: false };
      this.#waiting.push(writer);
      this.#bytes += bytes;
      if (signal !== undefined) this.#watch(writer, signal);
      if (!this.#writing) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    await new Promise(setImmediate);
    let pause = this.#limits.firstPause;
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      try {
        await this.#store(batch);
        this.#lastFailure = undefined;
        pause = this.#limits.firstPause;
      } catch (error) {
        this.#lastFailure = toCodedError(error);
        this.#putBack(batch);
        await delay(pause);
        pause = Math.min(pause * 2, this.#limits.lastPause);
      }
    }
    this.#writing = false;
  }

  /** @throws CodedError when the store is away; any other fault is found down to the items that cause it */
  async #store(batch: readonly Writer<T, R>[]): Promise<void> {
    try {
      const outcomes = await this.#options.store(batch.map(({ item }) => item));
      batch.forEach((writer, index) => {
        const outcome = outcomes[index] ?? { error: new Error("the store told nothing of this item") };
        if ("value" in outcome) answer(writer, () => writer.resolve(outcome.value));
        else answer(writer, () => writer.reject(outcome.error));
      });
    } catch (error) {
      if (toCodedError(error).retryable) throw error;
      const [first] = batch;
      if (first === undefined) return;
      if (batch.length === 1) return answer(first, () => first.reject(error));
      const middle = batch.length >> 1;
      await this.#store(batch.slice(0, middle));
      await this.#store(batch.slice(middle));
    }
  }

  #take(): Writer<T, R>[] {
    const { maxBatch, maxBatchBytes } = this.#limits;
    let count = 0;
    let bytes = 0;
    for (const writer of this.#waiting) {
      if (count === maxBatch || (count > 0 && bytes + writer.bytes > maxBatchBytes)) break;
      count++;
      bytes += writer.bytes;
    }
    this.#bytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  #putBack(batch: readonly Writer<T, R>[]): void {
    const again = batch.filter(({ answered }) => !answered);
    this.#waiting = [...again, ...this.#waiting];
    for (const { bytes } of again) this.#bytes += bytes;
  }

  #watch(writer: Writer<T, R>, signal: AbortSignal): void {
    const abandon = () => {
      const index = this.#waiting.indexOf(writer);
      if (index !== -1) {
        this.#waiting.splice(index, 1);
        this.#bytes -= writer.bytes;
      }
      answer(writer, () => writer.reject(signal.reason));
    };
    signal.addEventListener("abort", abandon, { once: true });
    writer.unwatch = () => signal.removeEventListener("abort", abandon);
  }

  #giveUp(writer: Writer<T, R>): void {
    // Everyone has the same patience, so it is the first of those that wait, or under way.
    if (this.#waiting[0] === writer) {
      this.#waiting.shift();
      this.#bytes -= writer.bytes;
    }
    const within = `not stored within ${this.#limits.patience} ms`;
    const error =
      this.#lastFailure === undefined
        ? new CodedError("TIMEOUT", `${within}; try again`)
        : new CodedError(this.#lastFailure.type, `${within}: ${this.#lastFailure.message}`, {
            cause: this.#lastFailure,
          });
    answer(writer, () => writer.reject(error));
  }
}

function answer<T, R>(writer: Writer<T, R>, how: () => void): void {
  if (writer.answered) return;
  writer.answered = true;
  clearTimeout(writer.timer);
  writer.unwatch?.();
  how();
}
