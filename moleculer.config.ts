import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type BrokerOptions, INTERNAL_MIDDLEWARES, type Middleware, type ServiceBroker, Validators } from "moleculer";
import { type Config, ConfigError, loadConfig } from "./config/load.ts";
import { CodedErrorRegenerator } from "./errors/index.ts";
import { bulkheadMiddleware, callMetricsMiddleware } from "./node/call-metrics.ts";
import { givenUpMiddleware } from "./node/given-up.ts";
import { lifecycleMiddleware } from "./node/lifecycle.ts";
import { json, readable } from "./node/log-format.ts";
import { PrometheusText } from "./node/metrics.ts";
import { nodeStatsMiddleware } from "./node/node-stats.ts";
import { requestContextMiddleware } from "./node/request-context.ts";
import { servedMiddleware } from "./node/served.ts";
import { tracingMiddleware } from "./node/tracing/middleware.ts";
import { usageService } from "./node/usage.ts";
import { DrainableAmqpTransporter } from "./protocols/mesh/amqp.transporter.ts";
import { boundMiddleware } from "./protocols/mesh/bound.ts";
import { cancellationMiddleware } from "./protocols/mesh/cancellation.ts";
import { CountedNatsTransporter, CountedTcpTransporter } from "./protocols/mesh/counted.transporters.ts";
import { failFastMiddleware } from "./protocols/mesh/fail-fast.ts";
import { missingPackages } from "./protocols/mesh/packages.ts";
import { settleLateMiddleware } from "./protocols/mesh/settle-late.ts";

/** Its types leave the debounce out. */
const transit = { maxQueueSize: 10_000, serviceChangedDebounceTime: 100 } satisfies Record<string, number>;

/** What stands in for Moleculer's own of that name. */
const cheaper: Readonly<Record<string, (broker: ServiceBroker) => Middleware>> = {
  Bulkhead: bulkheadMiddleware,
  Metrics: callMetricsMiddleware,
};

/**
 * @param name what the node is called in the mesh, beside host and pid: its service
 * @throws ConfigError when the mesh wants a package that is not installed
 */
export function brokerOptions(config: Config, name: string): BrokerOptions {
  const missing = missingPackages(config);
  if (missing.length > 0) throw new ConfigError(missing);
  const overAmqp = config.transporter === "amqp";
  const inJson = config.logFormat === "json" || (config.logFormat === "auto" && config.environment === "production");
  return {
    namespace: config.namespace,
    // Ids must differ between replicas, also on one host, and between a node and its successor.
    nodeID: config.nodeId ?? `${name}-${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`,
    metadata: { node: name },

    logger: { type: "Console", options: { level: config.logLevel, formatter: inJson ? json : readable } },

    transporter: transporter(config),
    /*
     * Over AMQP the queue is the balancer: requests for an operation wait in one queue that its replicas share, and one that
     * a dying node had in hand is delivered again. Moleculer's own balancer would lose those to time-outs. The price is
     * at-least-once: every action must be idempotent (events and writes carry an id). Other transporters have no
     * acknowledgements, so there Moleculer balances.
     */
    disableBalancer: overAmqp,
    // A breaker judges endpoints, and behind a shared queue there is only one: it would cut off the healthy replicas too.
    circuitBreaker: { enabled: !overAmqp, threshold: 0.5, minRequestCount: 20, windowTime: 60, halfOpenTime: 5_000 },
    // What one node accepts of one action: this many at once, this many waiting, then 503 OVERLOADED.
    bulkhead: { enabled: true, concurrency: 200, maxQueueSize: 2_000 },
    requestTimeout: config.requestTimeout,
    // Callers retry where it is safe, which the mesh cannot know.
    retryPolicy: { enabled: false },
    maxCallLevel: 10,
    heartbeatInterval: 2,
    heartbeatTimeout: 8,
    registry: { strategy: "RoundRobin", preferLocal: true, stopDelay: 100, discoverer: "Local" },
    // Each node has its own: one that stops changes it.
    transit: { ...transit },
    tracking: { enabled: true, shutdownTimeout: config.shutdownTimeout },

    serializer: config.serializer === "MsgPack" ? "Notepack" : config.serializer,
    // Its own words show the choices that there are as if they had been sent.
    validator: new Validators.Fastest({ messages: { enumValue: "The '{field}' field must be one of {expected}." } }),
    errorRegenerator: new CodedErrorRegenerator(),

    metrics: { enabled: true, reporter: [new PrometheusText()] as never },
    // Moleculer's takes the request's id, whatever a client wrote, for the trace's: node/tracing/ has W3C's.
    tracing: { enabled: false },

    internalServices: { $node: usageService() },
    // From the innermost outwards: a call's span tells what became of it; the request's context is around the action's span.
    middlewares: [
      lifecycleMiddleware,
      failFastMiddleware,
      settleLateMiddleware,
      servedMiddleware(),
      tracingMiddleware,
      requestContextMiddleware,
      nodeStatsMiddleware(),
      givenUpMiddleware,
      cancellationMiddleware(),
      boundMiddleware(config.bodyLimit),
      // Moleculer's own, around these.
      ...INTERNAL_MIDDLEWARES.map((name) => cheaper[name] ?? name),
    ] as Middleware[],
    internalMiddlewares: false,
    // The runner owns the signals: it drains before the broker leaves.
    skipProcessEventRegistration: true,
  };
}

function transporter(config: Config): BrokerOptions["transporter"] {
  if (config.transporter === "amqp") return new DrainableAmqpTransporter(config.rabbitUrl, config.requestTimeout);
  if (config.transporter === "tcp") return new CountedTcpTransporter();
  if (config.transporter.startsWith("nats:")) return new CountedNatsTransporter(config.transporter);
  // Moleculer takes redis:// URLs as they are; its types do not say so.
  return config.transporter as "Redis";
}

/** For Moleculer's own runner and REPL. */
export default () => brokerOptions(loadConfig(), "runner");
