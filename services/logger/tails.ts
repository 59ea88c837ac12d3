import { CodedError } from "../../errors/index.ts";
import type { Tailed, TailedRow } from "./tail.ts";

/** Which entries are wanted; what is not given may be anything. */
export interface TailFilter {
  readonly name?: string;
  readonly severity?: string;
  readonly source?: string;
}

export interface TailedEntry {
  readonly entry: TailedRow;
  /** Entries before this one that are not told of: too many were stored at once, or were not read fast enough. */
  readonly omitted: number;
}

/** Who tails the log at once, at the most, */
const MAX_TAILS = 200;
/** and how many entries wait for one who reads slowly. */
const MAX_WAITING = 1_000;

/** Those who read the log as it is written, each at a pace of their own. */
export class Tails {
  readonly #readers = new Set<Reader>();

  add(tailed: Tailed): void {
    for (const reader of this.#readers) reader.add(tailed);
  }

  /** Ends only when it is no longer read, or given up by `signal`. @throws CodedError OVERLOADED */
  open(filter: TailFilter, signal?: AbortSignal): AsyncIterable<TailedEntry> {
    if (this.#readers.size >= MAX_TAILS) throw new CodedError("OVERLOADED", `${MAX_TAILS} tail the log already`);
    const reader = new Reader(filter);
    this.#readers.add(reader);
    const close = () => {
      this.#readers.delete(reader);
      signal?.removeEventListener("abort", close);
      reader.close();
    };
    if (signal?.aborted === true) close();
    signal?.addEventListener("abort", close, { once: true });
    return reader.entries(close);
  }

  get size(): number {
    return this.#readers.size;
  }
}

class Reader {
  readonly #filter: [string, unknown][];
  #waiting: TailedEntry[] = [];
  #omitted = 0;
  #closed = false;
  #wake = () => {};

  constructor(filter: TailFilter) {
    this.#filter = Object.entries(filter).filter(([, wanted]) => wanted !== undefined);
  }

  add({ entries, omitted }: Tailed): void {
    this.#omitted += omitted;
    for (const entry of entries) {
      if (!this.#filter.every(([field, wanted]) => entry[field as keyof TailedRow] === wanted)) continue;
      if (this.#waiting.length >= MAX_WAITING) this.#omitted++;
      else {
        this.#waiting.push({ entry, omitted: this.#omitted });
        this.#omitted = 0;
      }
    }
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *entries(close: () => void): AsyncGenerator<TailedEntry, void> {
    try {
      while (!this.#closed) {
        const entries = this.#waiting;
        this.#waiting = [];
        yield* entries;
        if (this.#waiting.length === 0 && !this.#closed) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      close();
    }
  }
}
