import type { Service } from "moleculer";
import type { Config } from "../config/load.ts";
import { CodedError, tellFailure } from "../errors/index.ts";
import { httpMetrics } from "../node/http-metrics.ts";
import { contentType, gauge, prometheusText } from "../node/metrics.ts";
import { nodeOf } from "../node/node-context.ts";
import { publishEndpoint, withdrawEndpoint } from "../protocols/endpoints.ts";
import { defineMixin } from "./define.ts";
import { advertisedHost } from "./http/advertise.ts";
import { type Handler, HttpEdge, sendJson, sendText } from "./http-edge.ts";

/** What a service with this mixin has; declare it in the class. */
export interface WithHttp {
  http: HttpEdge;
}

type PortKey = Extract<keyof Config, `${string}Port`>;

/**
 * The node's own HTTP port, open before the node joins the mesh: `/ping`, `/healthz` (alive), `/startedz` (it has been ready
 * once), `/readyz` (its servers reachable, with which is not) and `/metrics`. All but the first are for who is inside. Others add
 * their routes to `this.http`.
 */
export const httpMixin = (port: PortKey) =>
  defineMixin<WithHttp>({
    // Made before any `created`, which Moleculer runs from the last mixin to the first.
    merged() {
      const { config } = nodeOf(this.broker);
      this.http = new HttpEdge({
        host: config.host,
        port: config[port],
        node: this.broker.nodeID,
        onError: (error, { request }) => tellFailure(this.logger, `${request.method} ${request.url}`, error),
      });
    },
    created() {
      const { config, health, lifecycle } = nodeOf(this.broker);
      addHealthRoutes(this);
      this.http.onAnswered(httpMetrics(this.broker));
      gauge(this.broker, "node.ready", "1 when /readyz says ready, else 0", async () => {
        const { ready } = await health.report();
        return ready ? 1 : 0;
      });
      lifecycle.onOpen(async () => {
        await this.http.listen();
        publishEndpoint(this.broker, "rest", `http://${advertisedHost(config)}:${this.http.address.port}`);
        this.logger.info(`HTTP on http://${config.host}:${this.http.address.port}`);
      });
      lifecycle.onDrain(async () => {
        health.draining = true;
        await withdrawEndpoint(this.broker, "rest");
        await this.http.drain();
      });
    },
  });

function addHealthRoutes({ http, broker }: Service & WithHttp): void {
  const { health } = nodeOf(broker);
  const alive = forInside(({ response }) => sendJson(response, 200, { ok: true, node: broker.nodeID }));
  const started = forInside(async ({ response }) => {
    const ok = await health.started();
    sendJson(response, ok ? 200 : 503, { ok, node: broker.nodeID });
  });
  const ready = forInside(async ({ response }) => {
    const report = await health.report();
    sendJson(response, report.ready ? 200 : 503, report);
  });
  const metrics = forInside(async ({ response }) => {
    sendText(response, 200, contentType, await prometheusText(broker));
  });
  http.route("GET /ping", ({ response }) => sendText(response, 200, "text/plain", "."));
  http.route("GET /healthz", alive);
  http.route("GET /startedz", started);
  http.route("GET /readyz", ready);
  http.route("GET /metrics", metrics);
}

/**
 * A proxy says for whom it asks; a container's health check, the kubelet and Prometheus ask for themselves. An Ingress has no
 * way to leave a path out, so the node does.
 */
function forInside(handler: Handler): Handler {
  return (exchange) => {
    const { "x-forwarded-for": client, forwarded } = exchange.request.headers;
    if (client === undefined && forwarded === undefined) return handler(exchange);
    throw new CodedError("NOT_FOUND", `there is nothing at ${exchange.route}`);
  };
}
