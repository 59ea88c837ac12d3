/** Somebody who takes messages from a queue. */
export interface Consumer {
  readonly tag: string;
  readonly priority: number;
  readonly exclusive: boolean;
}

/**
 * The consumers of a queue in the order they are served: higher priority first, round robin among equals. One that
 * cannot take a message now (prefetch, flow, a congested socket) leaves the round and comes back when it is woken.
 */
export class ConsumerRing<C extends Consumer> {
  readonly #all = new Set<C>();
  #waiting: C[] = [];
  readonly #single: boolean;
  #active: C | undefined;

  /** @param single one consumer is served until it leaves; then the next in order is (x-single-active-consumer) */
  constructor(single: boolean) {
    this.#single = single;
  }

  get size(): number {
    return this.#all.size;
  }

  get hasExclusive(): boolean {
    // It is the only one then.
    const [first] = this.#all;
    return first?.exclusive ?? false;
  }

  [Symbol.iterator](): IterableIterator<C> {
    return this.#all.values();
  }

  add(consumer: C): void {
    this.#all.add(consumer);
    this.#enter(consumer);
    if (this.#single) this.#active ??= consumer;
  }

  delete(consumer: C): boolean {
    this.#leave(consumer);
    if (this.#active === consumer) this.#active = this.#waiting[0];
    return this.#all.delete(consumer);
  }

  /** Puts a consumer that had left the round at its end. */
  wake(consumer: C): void {
    if (this.#all.has(consumer) && !this.#waiting.includes(consumer)) this.#enter(consumer);
  }

  /** The next one that can take a message; it goes to the end of its round. */
  next(canTake: (consumer: C) => boolean): C | undefined {
    if (this.#single) {
      return this.#active !== undefined && canTake(this.#active) ? this.#active : undefined;
    }
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (canTake(first)) {
        if (this.#waiting.length > 1) {
          this.#waiting.shift();
          this.#enter(first);
        }
        return first;
      }
      this.#waiting.shift();
    }
    return undefined;
  }

  #enter(consumer: C): void {
    const lower = this.#waiting.findIndex((other) => other.priority < consumer.priority);
    this.#waiting.splice(lower < 0 ? this.#waiting.length : lower, 0, consumer);
  }

  #leave(consumer: C): void {
    const at = this.#waiting.indexOf(consumer);
    if (at >= 0) this.#waiting.splice(at, 1);
  }
}
