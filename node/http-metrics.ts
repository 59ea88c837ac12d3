import type { ServiceBroker } from "moleculer";
import type { Answered } from "../mixins/http-edge.ts";
import { NumberCell, TimeCell, timeBuckets } from "./metric-cells.ts";

const metrics = { requests: "http.requests", duration: "http.request.duration" } as const;
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
    buckets: timeBuckets,
    unit: "millisecond",
    description: "HTTP requests: ms until the last byte was given away",
  });
  const routes = new Map<string, { duration: TimeCell; requests: Map<number, NumberCell> }>();
  return ({ method: given, route, status, duration }) => {
    const method = METHODS.has(given) ? given : "other";
    const labels = { method, route };
    const key = `${method} ${route}`;
    const cells = routes.get(key) ?? {
      duration: new TimeCell(registry, metrics.duration, labels),
      requests: new Map<number, NumberCell>(),
    };
    routes.set(key, cells);
    const requests = cells.requests.get(status) ?? new NumberCell(registry, metrics.requests, { ...labels, status });
    cells.requests.set(status, requests);
    requests.add(1);
    cells.duration.add(duration);
  };
}
