import { CodedError } from "../errors/index.ts";

/** The calls that a server works on, by the id under which their callers can cancel them. */
export class CancellableCalls {
  readonly #inHand = new Map<unknown, AbortController>();
  /** Cancelled before they came; the oldest first. */
  readonly #early = new Set<unknown>();
  readonly #mostEarly: number;

  /** @param early how many ids that are not in hand are remembered: 0 where a call cannot come after its cancellation */
  constructor(early = 0) {
    this.#mostEarly = early;
  }

  /** @param work its signal aborts when it is cancelled, and when it failed: what still goes on after a time-out stops */
  async run<T>(id: unknown, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#early.delete(id)) throw cancelled();
    // Who gives two calls one id can cancel the first.
    const key = id === undefined || this.#inHand.has(id) ? Symbol() : id;
    const abort = new AbortController();
    this.#inHand.set(key, abort);
    try {
      return await work(abort.signal);
    } catch (error) {
      abort.abort(error);
      throw error;
    } finally {
      this.#inHand.delete(key);
    }
  }

  /** Harmless for what is done, or not known here. */
  cancel(id: unknown): void {
    const call = this.#inHand.get(id);
    if (call !== undefined) return call.abort(cancelled());
    if (id === undefined) return; // It would be that of the next call that has none.
    this.#early.add(id);
    if (this.#early.size > this.#mostEarly) this.#early.delete(this.#early.values().next().value);
  }

  cancelAll(): void {
    for (const call of this.#inHand.values()) call.abort(new CodedError("CANCELLED", "the caller is gone"));
  }
}

/** What the caller itself is told, and the action's signal has as its reason. */
export const cancelled = (): CodedError => new CodedError("CANCELLED", "the caller gave up");

/** What it resolves to, unless its caller gives up first; it goes on all the same. @throws CodedError CANCELLED */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(cancelled());
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
