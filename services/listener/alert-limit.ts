const MINUTE = 60_000;

/** So many alerts a minute; the same event, tried again, is asked about once. */
export class AlertLimit {
  readonly #limit: number;
  readonly #onExceeded: () => void;
  #begun = 0;
  #allowed = new Set<string>();
  #exceeded = false;

  /** @param onExceeded called for the first alert of a minute that is not mailed */
  constructor(limit: number, onExceeded: () => void) {
    this.#limit = limit;
    this.#onExceeded = onExceeded;
  }

  allow(eventId: string, now = Date.now()): boolean {
    if (now - this.#begun >= MINUTE) {
      this.#begun = now;
      this.#allowed = new Set();
      this.#exceeded = false;
    }
    if (this.#allowed.has(eventId)) return true;
    if (this.#allowed.size >= this.#limit) {
      if (!this.#exceeded) this.#onExceeded();
      this.#exceeded = true;
      return false;
    }
    this.#allowed.add(eventId);
    return true;
  }
}
