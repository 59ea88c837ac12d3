import { MetricReporters, type ServiceBroker } from "moleculer";

/** Moleculer's Prometheus reporter without its server: every node serves the text on its own HTTP port. */
export class PrometheusText extends MetricReporters.Prometheus {
  declare defaultLabels: Record<string, string>;

  override init(registry: Parameters<MetricReporters.Prometheus["init"]>[0]): void {
    MetricReporters.Base.prototype.init.call(this, registry);
    this.defaultLabels = { namespace: registry.broker.namespace, nodeID: registry.broker.nodeID };
  }
  override stop(): Promise<void> {
    return Promise.resolve();
  }
}

export const contentType = "text/plain; version=0.0.4; charset=utf-8";

export function prometheusText(broker: ServiceBroker): string {
  const reporter = broker.metrics.reporter.find((candidate) => candidate instanceof PrometheusText);
  return reporter?.generatePrometheusResponse() ?? "";
}
