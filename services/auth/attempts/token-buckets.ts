export interface BucketOptions {
  /** Tokens a full bucket holds. */
  readonly burst: number;
  /** One token comes back in so many ms. */
  readonly refill: number;
  /** Buckets kept; beyond, the one used longest ago is forgotten, which makes it full. */
  readonly max: number;
}

/** A bucket a key: each try takes a token, time gives them back. */
export class TokenBuckets {
  readonly #options: BucketOptions;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** @param now a clock that only goes forward, ms */
  constructor(options: BucketOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** How long until there is a token, ms; 0 when there is one. */
  wait(key: string): number {
    const { tokens } = this.#filled(key);
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) * this.#options.refill);
  }

  take(key: string): void {
    this.#put(key, this.#filled(key).tokens - 1);
  }

  give(key: string): void {
    this.#put(key, this.#filled(key).tokens + 1);
  }

  #filled(key: string): { tokens: number } {
    const { burst, refill } = this.#options;
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return { tokens: burst };
    return { tokens: Math.min(burst, bucket.tokens + (this.#now() - bucket.at) / refill) };
  }

  /** Keeps the map in the order of use; a full bucket is as good as none. */
  #put(key: string, tokens: number): void {
    const { burst, max } = this.#options;
    this.#buckets.delete(key);
    if (tokens >= burst) return;
    this.#buckets.set(key, { tokens, at: this.#now() });
    if (this.#buckets.size <= max) return;
    for (const oldest of this.#buckets.keys()) {
      this.#buckets.delete(oldest);
      return;
    }
  }
}
