/** What a node does now: over the last WINDOW slots. */
export interface Rate {
  readonly calls_per_second: number;
  /** Absent when nothing was called. */
  readonly mean_ms?: number;
  readonly p95_ms?: number;
}

/** ms */
const SLOT = 2_000;
const WINDOW = 5;
/** Upper bounds of the duration classes, 0.1 ms to a minute and a half, each half as long again as the one before. */
const BOUNDS = Array.from({ length: 35 }, (_, index) => 0.1 * 1.5 ** index);

class Slot {
  readonly began: number;
  calls = 0;
  time = 0;
  readonly classes = new Uint32Array(BOUNDS.length + 1);
  constructor(began: number) {
    this.began = began;
  }
}

/** Counts work and its duration in a few slots of fixed size, however much there is. */
export class Traffic {
  readonly #now: () => number;
  #slots: Slot[] = [];
  total = 0;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** @param duration ms */
  record(duration: number): void {
    const slot = this.#slot();
    const found = BOUNDS.findIndex((bound) => duration <= bound);
    const index = found === -1 ? BOUNDS.length : found;
    this.total++;
    slot.calls++;
    slot.time += duration;
    slot.classes[index] = (slot.classes[index] ?? 0) + 1;
  }

  rate(): Rate {
    const current = this.#slot();
    const slots = this.#slots.filter(({ began }) => began > current.began - WINDOW * SLOT);
    const calls = sum(slots.map((slot) => slot.calls));
    if (calls === 0) return { calls_per_second: 0 };
    const time = sum(slots.map((slot) => slot.time));
    return {
      calls_per_second: round(calls / ((WINDOW * SLOT) / 1000)),
      mean_ms: round(time / calls),
      p95_ms: round(quantile(slots, calls * 0.95)),
    };
  }

  #slot(): Slot {
    const began = Math.floor(this.#now() / SLOT) * SLOT;
    const last = this.#slots.at(-1);
    if (last?.began === began) return last;
    const slot = new Slot(began);
    this.#slots = [...this.#slots, slot].slice(-WINDOW);
    return slot;
  }
}

/** The bound of the class in which the call of this rank is: at most a half too long. */
function quantile(slots: readonly Slot[], rank: number): number {
  let seen = 0;
  for (const [index, bound] of BOUNDS.entries()) {
    seen += sum(slots.map(({ classes }) => classes[index] ?? 0));
    if (seen >= rank) return bound;
  }
  return BOUNDS.at(-1) ?? 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const round = (number: number): number => Math.round(number * 100) / 100;
