interface Bucket {
  tokens: number;
  /** ms */
  filled: number;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly remaining: number;
  /** s until the next request is allowed; 0 when it is now */
  readonly retryAfter: number;
  /** s until the whole allowance is back */
  readonly reset: number;
}

const MINUTE = 60_000;
/** The most clients remembered; the one that was silent longest is forgotten first. */
const MAX_CLIENTS = 10_000;

/** A bucket of requests for each client, filled evenly: `limit` at once, `limit` a minute. */
export class RateLimit {
  readonly limit: number;
  readonly #buckets = new Map<string, Bucket>();
  readonly #maxClients: number;
  readonly #now: () => number;

  constructor(limit: number, { maxClients = MAX_CLIENTS, now = () => performance.now() } = {}) {
    this.limit = limit;
    this.#maxClients = maxClients;
    this.#now = now;
  }

  get clients(): number {
    return this.#buckets.size;
  }

  take(client: string): Verdict {
    const bucket = this.#bucket(client);
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens--;
    const perSecond = this.limit / 60;
    return {
      allowed,
      remaining: Math.floor(bucket.tokens),
      retryAfter: allowed ? 0 : Math.ceil((1 - bucket.tokens) / perSecond),
      reset: Math.ceil((this.limit - bucket.tokens) / perSecond),
    };
  }

  #bucket(client: string): Bucket {
    const now = this.#now();
    const known = this.#buckets.get(client);
    // Deleted and set again: the map's order is then the order of last use.
    this.#buckets.delete(client);
    const bucket = known ?? { tokens: this.limit, filled: now };
    bucket.tokens = Math.min(this.limit, bucket.tokens + ((now - bucket.filled) / MINUTE) * this.limit);
    bucket.filled = now;
    this.#buckets.set(client, bucket);
    if (this.#buckets.size > this.#maxClients) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return bucket;
  }
}
