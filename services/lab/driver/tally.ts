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

  get failures(): number {
    return Object.values(this.errors).reduce((total, count) => total + count, 0);
  }

  /** ms; undefined when no call has a time of its own. */
  get latency(): Latency | undefined {
    const { count, max } = this.#latency;
    if (count === 0) return undefined;
    return { p50: this.#at(500), p90: this.#at(900), p99: this.#at(990), p999: this.#at(999), max: max / 1e6 };
  }

  /** @param share so many of 1,000 calls, those that failed the latest */
  #at(share: number): number | undefined {
    const { count } = this.#latency;
    const asked = count + this.failures;
    const rank = Math.ceil((asked * share) / 1_000);
    const isFew = asked * (1_000 - share) < 1_000;
    return isFew || rank > count ? undefined : this.#latency.percentile((100 * rank) / count) / 1e6;
  }

  #count(code: string, times = 1): void {
    this.errors[code] = (this.errors[code] ?? 0) + times;
  }
}
