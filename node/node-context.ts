import type { ServiceBroker } from "moleculer";
import { type Config, loadConfig } from "../config/load.ts";
import { HealthChecks } from "./health.ts";
import { Lifecycle } from "./lifecycle.ts";
import { Traffic } from "./traffic.ts";

/** What the services and mixins of one broker share: its configuration, health checks, lifecycle, and what it is doing. */
export interface NodeContext {
  readonly config: Config;
  readonly health: HealthChecks;
  readonly lifecycle: Lifecycle;
  readonly traffic: Traffic;
}

const contexts = new WeakMap<ServiceBroker, NodeContext>();

export function provideConfig(broker: ServiceBroker, config: Config): void {
  contexts.set(broker, { config, health: new HealthChecks(), lifecycle: new Lifecycle(), traffic: new Traffic() });
}

/** A broker that was not given a configuration (Moleculer's own runner) reads the environment's. */
export function nodeOf(broker: ServiceBroker): NodeContext {
  if (!contexts.has(broker)) provideConfig(broker, loadConfig());
  return contexts.get(broker) as NodeContext;
}
