import type { ServiceBroker } from "moleculer";
import { type Config, loadConfig } from "../config/load.ts";
import { CountedRequest } from "./counted-request.ts";
import type { Database } from "./databases.ts";
import { HealthChecks } from "./health.ts";
import { Lifecycle, REACH_PATIENCE } from "./lifecycle.ts";
import { startTracing } from "./tracing/start.ts";
import type { Tracer } from "./tracing/tracer.ts";
import { Traffic } from "./traffic.ts";

/** What the services and mixins of one broker share: its configuration, databases, health checks, lifecycle, and what it is doing. */
export interface NodeContext {
  readonly config: Config;
  readonly databases: Database[];
  readonly health: HealthChecks;
  readonly lifecycle: Lifecycle;
  readonly traffic: Traffic;
  readonly counted: CountedRequest;
  /** Absent when nothing is to be traced. */
  readonly tracer?: Tracer;
}

const contexts = new WeakMap<ServiceBroker, NodeContext>();

export function provideConfig(broker: ServiceBroker, config: Config): void {
  const lifecycle = new Lifecycle(config.environment === "production" ? REACH_PATIENCE : 0);
  const tracer = startTracing(broker, config, lifecycle);
  const health = new HealthChecks();
  contexts.set(broker, {
    config,
    databases: [],
    health,
    lifecycle,
    traffic: new Traffic(),
    counted: new CountedRequest(),
    tracer,
  });
}

/** A broker that was not given a configuration (Moleculer's own runner) reads the environment's. */
export function nodeOf(broker: ServiceBroker): NodeContext {
  if (!contexts.has(broker)) provideConfig(broker, loadConfig());
  return contexts.get(broker) as NodeContext;
}
