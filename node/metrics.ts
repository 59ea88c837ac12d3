import { setTimeout as delay } from "node:timers/promises";
import { MetricReporters, type MetricTypes, type ServiceBroker } from "moleculer";
import { collectEventLoop } from "./event-loop.ts";

/** Moleculer's Prometheus reporter without its server: every node serves the text on its own HTTP port. */
export class PrometheusText extends MetricReporters.Prometheus {
  declare defaultLabels: Record<string, string>;

  constructor() {
    // What tells of the machine and of who started the process is nobody's business, and would be most of the text.
    super({ excludes: ["process.arguments", "os.user.**", "os.network.**", "process.memory.heap.space.**"] });
  }

  override init(registry: Parameters<MetricReporters.Prometheus["init"]>[0]): void {
    MetricReporters.Base.prototype.init.call(this, registry);
    this.defaultLabels = { namespace: registry.broker.namespace, nodeID: registry.broker.nodeID };
  }
  override stop(): Promise<void> {
    return Promise.resolve();
  }

  /** Moleculer's own leaves out the sum and the count of a histogram that has no quantiles. */
  override generatePrometheusResponse(): string {
    const shown = [...this.registry.store.values()].filter(
      ({ name }) => this.matchMetricName(name) && !name.startsWith("os.datetime"),
    );
    return shown.flatMap((metric) => this.#lines(metric)).join("\n");
  }

  #lines(metric: MetricTypes.Base<Item>): string[] {
    const items = metric.snapshot();
    if (items.length === 0) return [];
    const name = metric.name.replace(/[.-]/g, "_");
    const isInfo = metric.type === "info";
    return [
      `# HELP ${name} ${metric.description ?? metric.name}`,
      `# TYPE ${name} ${isInfo ? "gauge" : metric.type}`,
      ...items.flatMap((item) => (isInfo ? this.#info(name, item) : this.#numbers(name, item))),
      "",
    ];
  }

  #info = (name: string, { labels, value }: Item): string[] => [`${name}${this.labelsToStr(labels, { value })} 1`];

  #numbers(name: string, { labels, value, buckets, sum, count, rate }: Item): string[] {
    const own = this.labelsToStr(labels);
    const below = Object.entries({ ...buckets, "+Inf": count });
    return [
      ...(buckets === undefined
        ? [`${name}${own} ${value ?? "NaN"}`]
        : [
            ...below.map(([le, number]) => `${name}_bucket${this.labelsToStr(labels, { le })} ${number}`),
            `${name}_sum${own} ${sum}`,
            `${name}_count${own} ${count}`,
          ]),
      ...(rate === undefined ? [] : [`${name}_rate${own} ${rate}`]),
    ];
  }
}

/** Of a metric of any type. */
interface Item {
  readonly labels: Record<string, unknown>;
  readonly value?: unknown;
  readonly rate?: number;
  readonly buckets?: Readonly<Record<string, number>>;
  readonly sum?: number;
  readonly count?: number;
}

export const contentType = "text/plain; version=0.0.4; charset=utf-8";

/** What cannot be read now (its server is away) may reject: the number is NaN then. */
type Read = () => number | Promise<number>;
type Labels = Readonly<Record<string, string>>;
interface Shown {
  readonly name: string;
  readonly labels: Labels;
  readonly read: Read;
}
const shown = new WeakMap<ServiceBroker, Map<string, Shown>>();

/** How long what is asked for may keep the others waiting, ms. */
const READ_TIMEOUT = 1_500;

/**
 * A number that is read when somebody asks for the metrics: the depth of a queue, the size of a pool.
 * @param name such as `events.pending`; Prometheus sees `events_pending`
 * @param labels the same names whenever it is the same gauge
 */
export function gauge(broker: ServiceBroker, name: string, description: string, read: Read, labels: Labels = {}): void {
  show(broker, "gauge", description, { name, labels, read });
}

/** A number that is read likewise, and only grows. */
export function total(broker: ServiceBroker, name: string, description: string, read: Read, labels: Labels = {}): void {
  show(broker, "counter", description, { name, labels, read });
}

/**
 * Counts what happens by what became of it.
 * @param values all there are: each is shown from the start, as 0, so that Prometheus sees the first
 * @returns to be called when it happens
 */
export function tally<const V extends string>(
  broker: ServiceBroker,
  name: string,
  description: string,
  label: string,
  values: readonly V[],
): (value: V) => void {
  const counts = new Map<V, number>(values.map((value) => [value, 0]));
  for (const value of values) {
    total(broker, name, description, () => counts.get(value) ?? 0, { [label]: value });
  }
  return (value) => void counts.set(value, (counts.get(value) ?? 0) + 1);
}

function show(broker: ServiceBroker, type: "gauge" | "counter", description: string, one: Shown): void {
  const known = shown.get(broker) ?? new Map<string, Shown>();
  shown.set(broker, known.set(`${one.name} ${Object.values(one.labels)}`, one));
  if (!broker.isMetricsEnabled() || broker.metrics.getMetric(one.name) !== null) return;
  const options = { name: one.name, description, labelNames: Object.keys(one.labels) };
  if (type === "counter") broker.metrics.register({ type, ...options });
  else broker.metrics.register({ type, ...options });
}

const texts = new WeakMap<ServiceBroker, Promise<string>>();

/** Some numbers are asked of servers: whoever asks meanwhile gets the same answer. */
export function prometheusText(broker: ServiceBroker): Promise<string> {
  const text = texts.get(broker) ?? readAll(broker).finally(() => texts.delete(broker));
  texts.set(broker, text);
  return text;
}

async function readAll(broker: ServiceBroker): Promise<string> {
  collectEventLoop(broker);
  const read = async (one: Shown) => broker.metrics.set(one.name, await inTime(one.read), one.labels);
  await Promise.all([...(shown.get(broker)?.values() ?? [])].map(read));
  const reporter = broker.metrics.reporter.find((candidate) => candidate instanceof PrometheusText);
  return reporter?.generatePrometheusResponse() ?? "";
}

async function inTime(read: Read): Promise<number> {
  const timer = new AbortController();
  const late = delay(READ_TIMEOUT, Number.NaN, { signal: timer.signal, ref: false }).catch(() => Number.NaN);
  try {
    return await Promise.race([read(), late]);
  } catch {
    return Number.NaN;
  } finally {
    timer.abort();
  }
}
