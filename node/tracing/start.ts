import type { ServiceBroker } from "moleculer";
import type { Config } from "../../config/load.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { gauge, total } from "../metrics.ts";
import { Exporter } from "./exporter.ts";
import { Tracer } from "./tracer.ts";

/** @returns undefined when no collector is named: then nothing is recorded, and what came along goes along */
export function startTracing(broker: ServiceBroker, config: Config, lifecycle: Lifecycle): Tracer | undefined {
  const { traceEndpoint: endpoint, traceRatio: ratio } = config;
  if (endpoint === undefined) return undefined;
  const exporter = new Exporter({
    endpoint,
    resource: {
      "service.name": String(broker.metadata.node),
      "service.namespace": config.namespace,
      "service.instance.id": broker.nodeID,
    },
    logger: broker.getLogger("tracing"),
  });
  total(broker, "trace.spans.sent", "Spans the collector took", () => exporter.counters.sent);
  total(
    broker,
    "trace.spans.lost",
    "Spans lost: the collector was away, or refused them",
    () => exporter.counters.lost,
  );
  gauge(broker, "trace.spans.waiting", "Spans that wait for the collector", () => exporter.queued);
  lifecycle.onClose(() => exporter.close());
  return new Tracer({ ratio, onEnd: (span) => exporter.add(span) });
}
