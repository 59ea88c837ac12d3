import { METRIC, type Middleware, type ServiceBroker } from "moleculer";
import { type Labels, NumberCell } from "./metric-cells.ts";
import { gauge } from "./metrics.ts";

type Next = (...args: unknown[]) => unknown;

/**
 * The part of Moleculer's middleware of metrics that counts packets, of which a call has four. Moleculer's own finds each
 * number anew by its labels, in code that V8 gives up to optimize and begins again and again: a client that had a call's
 * price in that. It also adds up how many requests wait, at every packet.
 */
export function packetMetrics(broker: ServiceBroker): Middleware {
  // The transit is wrapped before the metrics are there.
  const counter = (name: string, labels?: Labels) => {
    let cell: NumberCell | undefined;
    return (by: number): void => {
      cell ??= new NumberCell(broker.metrics, name, labels);
      cell.add(by);
    };
  };
  const byType = (name: string, typeOf: (first: unknown) => string) => (next: Next) => {
    const counters = new Map<string, (by: number) => void>();
    return function countPacket(this: unknown, ...args: unknown[]) {
      const type = typeOf(args[0]);
      let count = counters.get(type);
      if (count === undefined) {
        count = counter(name, { type });
        counters.set(type, count);
      }
      count(1);
      return next.apply(this, args);
    };
  };
  const byLength = (total: string, bytes: string) => (next: Next) => {
    const countPackets = counter(total);
    const countBytes = counter(bytes);
    return function weighPacket(this: unknown, ...args: unknown[]) {
      countPackets(1);
      countBytes((args[1] as Buffer | undefined)?.length ?? 0);
      return next.apply(this, args);
    };
  };
  const hooks = {
    transitPublish: byType(METRIC.MOLECULER_TRANSIT_PUBLISH_TOTAL, (packet) => (packet as { type: string }).type),
    transitMessageHandler: byType(METRIC.MOLECULER_TRANSIT_RECEIVE_TOTAL, String),
    transporterSend: byLength(
      METRIC.MOLECULER_TRANSPORTER_PACKETS_SENT_TOTAL,
      METRIC.MOLECULER_TRANSPORTER_PACKETS_SENT_BYTES,
    ),
    transporterReceive: byLength(
      METRIC.MOLECULER_TRANSPORTER_PACKETS_RECEIVED_TOTAL,
      METRIC.MOLECULER_TRANSPORTER_PACKETS_RECEIVED_BYTES,
    ),
  };
  return hooks as unknown as Middleware; // Its types take what these hooks wrap for what they return.
}

/** What waits is read when somebody asks for the metrics. */
export function showPending(broker: ServiceBroker): void {
  const show = (name: string, description: string, pending: string) =>
    gauge(broker, name, description, () => {
      const transit = broker.transit as unknown as Record<string, ReadonlyMap<string, unknown>> | undefined;
      return transit?.[pending]?.size ?? 0;
    });
  show(METRIC.MOLECULER_TRANSIT_REQUESTS_ACTIVE, "Number of active requests", "pendingRequests");
  show(METRIC.MOLECULER_TRANSIT_STREAMS_SEND_ACTIVE, "Number of active sent streams", "pendingReqStreams");
}
