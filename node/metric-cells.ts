import type { MetricRegistry, MetricTypes } from "moleculer";

export type Labels = Readonly<Record<string, string | number | null>>;
/** As Moleculer keeps it. */
interface NumberItem {
  value: number;
  readonly rate?: { update(value: number): void };
}

/** Upper bounds, ms. */
export const timeBuckets = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/**
 * One number of a counter or gauge of Moleculer's. It is found by its labels once: to make their key anew each time, as the
 * registry does, costs more than what is counted.
 */
export class NumberCell {
  readonly #metric: MetricTypes.Gauge;
  readonly #item: NumberItem;

  constructor(registry: MetricRegistry, name: string, labels?: Labels) {
    this.#metric = registry.getMetric(name) as MetricTypes.Gauge;
    this.#metric.increment(labels, 0);
    this.#item = this.#metric.get(labels) as NumberItem;
  }

  add(by: number): void {
    this.set(this.#item.value + by);
  }

  set(value: number): void {
    const item = this.#item;
    item.value = value;
    item.rate?.update(value);
    this.#metric.dirty = true;
  }
}

/** The same of a histogram with `timeBuckets`, and without quantiles: for those Moleculer keeps every value of a minute. */
export class TimeCell {
  readonly labels: Labels;
  count = 0;
  sum = 0;
  lastValue?: number;
  readonly #metric: MetricTypes.Histogram;
  /** How many lay between a bound and the one before; the last are beyond all. */
  readonly #between = timeBuckets.map(() => 0).concat(0);

  constructor(registry: MetricRegistry, name: string, labels: Labels) {
    this.#metric = registry.getMetric(name) as MetricTypes.Histogram;
    this.labels = labels;
    this.#metric.values.set(this.#metric.hashingLabels(labels), this);
  }

  /** @param time ms */
  add(time: number): void {
    this.count++;
    this.sum += time;
    this.lastValue = time;
    let index = 0;
    while (time > (timeBuckets[index] ?? Number.POSITIVE_INFINITY)) index++;
    this.#between[index] = (this.#between[index] ?? 0) + 1;
    this.#metric.dirty = true;
  }

  /** As Moleculer's histograms keep them: what is below it, by bound. */
  get bucketValues(): Record<number, number> {
    let below = 0;
    return Object.fromEntries(
      timeBuckets.map((bound, index) => {
        below += this.#between[index] ?? 0;
        return [bound, below];
      }),
    );
  }
}
