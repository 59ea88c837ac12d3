import { CodedError } from "../../errors/index.ts";

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Items that wait for the batch before theirs; beyond this a writer is told OVERLOADED. */
const MAX_WAITING = 20_000;
const MAX_BATCH = 2_000;

/**
 * Writes one batch at a time; what arrives meanwhile makes the next. Each writer is answered when its batch is stored, so
 * it is durable and yet dozens of times faster than one insert a write.
 */
export class GroupCommit<T> {
  readonly #store: (batch: readonly T[]) => Promise<void>;
  readonly #waiting: Waiting<T>[] = [];
  #writing?: Promise<void>;

  constructor(store: (batch: readonly T[]) => Promise<void>) {
    this.#store = store;
  }

  write(item: T): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new CodedError("OVERLOADED", "too many log entries wait to be stored"));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#writing ??= this.#writeAll().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  async #writeAll(): Promise<void> {
    await Promise.resolve(); // What is written in the same turn goes together.
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_BATCH);
      try {
        await this.#store(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
  }
}
