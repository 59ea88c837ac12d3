import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "moleculer";
import type { CodedError } from "../../errors/index.ts";
import type { Event } from "../../mixins/event-queue/event.ts";
import type { EventQueue } from "../../mixins/event-queue/event-queue.ts";

/** How long an answer waits for its event to be safe with the broker, ms. */
const PATIENCE = 100;
/** At most one line in so long about events that are lost, ms. */
const COMPLAIN_EVERY = 5_000;

/**
 * Publishes what happens at the gateway. An answer waits for its event only while the broker is there, and briefly: then
 * who was answered finds the event in the log. While the broker is away events wait in the queue's bounded buffer; what
 * does not fit is lost, and the log says how many.
 */
export class Telling {
  readonly #queue: EventQueue;
  readonly #logger: Logger;
  #lost = 0;
  #complained = Number.NEGATIVE_INFINITY;

  constructor(queue: EventQueue, logger: Logger) {
    this.#queue = queue;
    this.#logger = logger;
  }

  /** Never rejects. */
  async tell(event: Event): Promise<void> {
    const published = this.#queue.publish(event).catch((error: CodedError) => this.#isLost(error));
    if (!this.#isConnected()) return;
    const timer = new AbortController();
    const late = delay(PATIENCE, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([published, late]);
    timer.abort();
  }

  #isConnected(): boolean {
    try {
      this.#queue.check();
      return true;
    } catch {
      return false;
    }
  }

  #isLost(error: CodedError): void {
    this.#lost++;
    if (performance.now() - this.#complained < COMPLAIN_EVERY) return;
    this.#complained = performance.now();
    this.#logger.warn(`Events lost: ${this.#lost}; the last because ${error.message}`);
    this.#lost = 0;
  }
}
