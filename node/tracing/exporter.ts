import type { Logger } from "moleculer";
import { otlpRequest } from "./otlp.ts";
import type { Attributes, Span } from "./span.ts";

/** Spans that wait to be sent; beyond it new ones are lost. */
export const MAX_QUEUED = 8_192;
/** Spans in one message. */
const BATCH = 1_000;
/** ms */
const EVERY = 500;
const TIMEOUT = 5_000;
/** While the collector is away it is tried for less often, up to this, ms. */
const LONGEST_WAIT = 30_000;
/** How long the last spans of a node may take, ms. */
const FAREWELL = 1_000;

interface ExporterOptions {
  /** Where OTLP/HTTP is served, without its path. */
  readonly endpoint: string;
  /** What all spans of the node have in common. */
  readonly resource: Attributes;
  readonly logger: Logger;
  /** ms between two looks whether there is something to send. */
  readonly every?: number;
}

/** Hands spans to a collector, in the background. One that is away costs a line in the log and the spans, nothing else. */
export class Exporter {
  readonly counters = { sent: 0, lost: 0 };
  readonly #options: ExporterOptions;
  readonly #url: string;
  readonly #every: number;
  readonly #timer: NodeJS.Timeout;
  #queue: Span[] = [];
  #sending?: Promise<void>;
  #isAway = false;
  #lostBefore = 0;
  #wait: number;
  #notBefore = 0;

  constructor(options: ExporterOptions) {
    this.#options = options;
    this.#url = `${options.endpoint.replace(/\/+$/, "")}/v1/traces`;
    this.#every = options.every ?? EVERY;
    this.#wait = this.#every;
    // One timer from the start, not one a span: that would belong to a request, and its log line too.
    this.#timer = setInterval(() => this.#look(), this.#every).unref();
  }

  get queued(): number {
    return this.#queue.length;
  }

  add(span: Span): void {
    if (this.#queue.length < MAX_QUEUED) this.#queue.push(span);
    else this.counters.lost++;
  }

  /** Sends what is left, once. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
    if (!this.#isAway) await this.#sendAll(FAREWELL);
  }

  #look(): void {
    if (this.#sending !== undefined || this.#queue.length === 0 || performance.now() < this.#notBefore) return;
    this.#sending = this.#sendAll(TIMEOUT).finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendAll(timeout: number): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, BATCH);
      const outcome = await this.#post(batch, timeout);
      if (outcome.again) return this.#failed(outcome.why);
      this.#queue = this.#queue.slice(batch.length);
      if (outcome.why === undefined) this.#worked(batch.length);
      else this.#refused(batch.length, outcome.why);
    }
  }

  async #post(batch: readonly Span[], timeout: number): Promise<{ why?: string; again: boolean }> {
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(otlpRequest(this.#options.resource, batch)),
        signal: AbortSignal.timeout(timeout),
      });
      await response.body?.cancel();
      const { ok, status } = response;
      return { why: ok ? undefined : `it answered ${status}`, again: retryable.has(status) };
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { code?: string } };
      return { why: cause?.code ?? message, again: true };
    }
  }

  #worked(count: number): void {
    this.counters.sent += count;
    this.#wait = this.#every;
    if (!this.#isAway) return;
    this.#isAway = false;
    const lost = this.counters.lost - this.#lostBefore;
    this.#options.logger.info(`Traces: ${this.#url} takes spans again; ${lost} were lost meanwhile`);
  }

  /** They would be refused again. */
  #refused(count: number, why: string): void {
    this.counters.lost += count;
    this.#tell(why);
  }

  #failed(why = ""): void {
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    this.#notBefore = performance.now() + this.#wait;
    this.#tell(`${why}; up to ${MAX_QUEUED} spans wait for it`);
  }

  /** Once, until it works again. */
  #tell(why: string): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#lostBefore = this.counters.lost;
    this.#options.logger.warn(`Traces: ${this.#url} takes no spans: ${why}`);
  }
}

/** OTLP's list; other refusals are for good. */
const retryable = new Set([429, 502, 503, 504]);
