/** What all queues hold together, against a limit. Publishers are held back while it is over. */
export class MemoryGauge {
  /** Bytes held: bodies, properties and what the objects around them cost. */
  used = 0;
  readonly limit: number;
  over = false;
  readonly #onChange: (over: boolean) => void;

  constructor(limit: number, onChange: (over: boolean) => void) {
    this.limit = limit;
    this.#onChange = onChange;
  }

  add(bytes: number): void {
    this.used += bytes;
    // Released only well below the limit, so that one message does not flip it back and forth.
    const over = this.over ? this.used > this.limit * 0.9 : this.used > this.limit;
    if (over === this.over) return;
    this.over = over;
    this.#onChange(over);
  }
}

/** What the broker has done since it started, messages. */
export class Counters {
  published = 0;
  /** Handed to consumers and to basic.get. */
  delivered = 0;
  redelivered = 0;
  acknowledged = 0;
  returned = 0;
  confirmed = 0;
  refused = 0;
  deadLettered = 0;
}
