import { MetricReporters, type ServiceBroker } from "moleculer";
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
}

export const contentType = "text/plain; version=0.0.4; charset=utf-8";

type Read = () => number;
type Labels = Readonly<Record<string, string>>;
interface Gauge {
  readonly name: string;
  readonly labels: Labels;
  readonly read: Read;
}
const gauges = new WeakMap<ServiceBroker, Map<string, Gauge>>();

/**
 * A number that is read when somebody asks for the metrics: the depth of a queue, the size of a pool.
 * @param name such as `events.pending`; Prometheus sees `events_pending`
 * @param labels the same names whenever it is the same gauge
 */
export function gauge(broker: ServiceBroker, name: string, description: string, read: Read, labels: Labels = {}): void {
  const known = gauges.get(broker) ?? new Map<string, Gauge>();
  gauges.set(broker, known.set(`${name} ${Object.values(labels)}`, { name, labels, read }));
  if (!broker.isMetricsEnabled() || broker.metrics.getMetric(name) !== null) return;
  broker.metrics.register({ type: "gauge", name, description, labelNames: Object.keys(labels) });
}

export function prometheusText(broker: ServiceBroker): string {
  collectEventLoop(broker);
  for (const { name, labels, read } of gauges.get(broker)?.values() ?? []) broker.metrics.set(name, read(), labels);
  const reporter = broker.metrics.reporter.find((candidate) => candidate instanceof PrometheusText);
  return reporter?.generatePrometheusResponse() ?? "";
}
