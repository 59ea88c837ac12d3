import { createHistogram } from "node:perf_hooks";
import { toCodedError } from "../../../errors/index.ts";
import type { Latency } from "../results.ts";

/** What came of the calls of one measurement. */
export class Tally {
  /** ns; values are right to one in a thousand. */
  readonly #latency = createHistogram({ figures: 3 });
  calls = 0;
  readonly errors: Record<string, number> = {};

  /** @param took ms */
  answered(took: number): void {
    this.calls++;
    this.#latency.record(Math.max(1, Math.round(took * 1e6)));
  }

  /** Without a time of each. */
  served(count: number): void {
    this.calls += count;
  }

  failed(error: unknown): void {
    this.#count(toCodedError(error).type);
  }

  /** So many of those that counted as served were not. */
  expired(count: number): void {
    if (count <= 0) return;
    this.calls -= count;
    this.#count("TIMEOUT", count);
  }

  /** A call that was not even begun. */
  notSent(): void {
    this.#count("NOT_SENT");
  }

  /** ms; undefined when no call has a time of its own. */
  get latency(): Latency | undefined {
    const { count, max } = this.#latency;
    if (count === 0) return undefined;
    const at = (percentile: number) => this.#latency.percentile(percentile) / 1e6;
    return { p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: max / 1e6 };
  }

  #count(code: string, times = 1): void {
    this.errors[code] = (this.errors[code] ?? 0) + times;
  }
}
