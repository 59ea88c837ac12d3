import type { ServiceBroker } from "moleculer";
import { gauge, total } from "../node/metrics.ts";
import type { Counters, ProtocolClient } from "./client.ts";

const QUANTILES = [0.5, 0.95, 0.99];

/** Shows what a client counts among its node's metrics, by protocol. */
export function showCalls(broker: ServiceBroker, { protocol, counters }: ProtocolClient): void {
  const show = (name: string, description: string, read: () => number, more = {}) =>
    gauge(broker, `client.${name}`, description, read, { protocol, ...more });
  const count = (name: string, description: string, read: () => number) =>
    total(broker, `client.${name}`, description, read, { protocol });
  count("calls", "Calls of other services since the start", () => counters.calls);
  count("errors", "Those of them that failed", () => counters.errors);
  count("failures", "Those of them that are not their caller's fault", () => counters.failures);
  count("time", "How long these calls took, all together, ms", () => timeOf(counters));
  count("bytes.sent", "Bytes that went over the sockets of these calls", () => counters.sent);
  count("bytes.received", "Bytes that came over them", () => counters.received);
  show("in_flight", "Those of them that wait for their answers", () => counters.inFlight);
  for (const quantile of QUANTILES) {
    const read = () => (counters.calls === 0 ? 0 : counters.latency.percentile(quantile * 100) / 1_000);
    show("latency", "How long these calls took, ms", read, { quantile: String(quantile) });
  }
}

/** Of the calls that have ended. */
const timeOf = ({ latency: { count, mean } }: Counters): number => (count === 0 ? 0 : (count * mean) / 1_000);
