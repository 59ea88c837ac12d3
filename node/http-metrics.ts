import type { ServiceBroker } from "moleculer";
import type { Answered } from "../mixins/http-edge.ts";

const metrics = { requests: "http.requests", duration: "http.request.duration" } as const;
/** ms */
const BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];
/** Anything else a client makes up counts as one. */
const METHODS = new Set(["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"]);

/** Counts and times the answers of a node's port; labels come from routes and statuses, never from a client. */
export function httpMetrics({ metrics: registry }: ServiceBroker): (answered: Answered) => void {
  const labelNames = ["method", "route", "status"];
  registry.register({ type: "counter", name: metrics.requests, labelNames, description: "HTTP requests answered" });
  registry.register({
    type: "histogram",
    name: metrics.duration,
    labelNames: ["method", "route"],
    buckets: BUCKETS,
    unit: "millisecond",
    description: "HTTP requests: ms until the last byte was given away",
  });
  return ({ method, route, status, duration }) => {
    const labels = { method: METHODS.has(method) ? method : "other", route };
    registry.increment(metrics.requests, { ...labels, status });
    registry.observe(metrics.duration, duration, labels);
  };
}
