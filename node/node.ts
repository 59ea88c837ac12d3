import { setTimeout as delay } from "node:timers/promises";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import type { NodeName } from "../config/entry.ts";
import type { Config } from "../config/load.ts";
import { brokerOptions } from "../moleculer.config.ts";
import { DrainableAmqpTransporter } from "../protocols/mesh/amqp.transporter.ts";
import { isConnected } from "../protocols/mesh/connected.ts";
import { nodeOf, provideConfig } from "./node-context.ts";
import { loadService } from "./services.ts";

export interface Node {
  readonly broker: ServiceBroker;
  /** Resolves when the node is in the mesh; its ports are open long before if the transporter is away. */
  readonly joined: Promise<void>;
  /** Stops taking work, finishes what is in hand, settles acknowledgements, leaves the mesh, closes. */
  stop(): Promise<void>;
}

/**
 * One broker with these services; a process has one service, a test may have them all.
 * Resolves when the ports are open. @throws what opening a port threw
 */
export async function startNode(names: readonly NodeName[], config: Config): Promise<Node> {
  return startServices(names.join("+"), await Promise.all(names.map(loadService)), config);
}

/** The same for services that are no node of this system's. @param name what the node is called in the mesh */
export async function startServices(name: string, services: readonly ServiceSchema[], config: Config): Promise<Node> {
  const broker = new ServiceBroker(brokerOptions(config, name));
  provideConfig(broker, config);
  for (const service of services) broker.createService(service);
  const { lifecycle, health } = nodeOf(broker);
  health.add("mesh", () => {
    if (!broker.started || !isConnected(broker)) throw new Error("not connected");
  });

  let opened = () => {};
  const ports = new Promise<void>((resolve) => {
    opened = resolve;
  });
  lifecycle.onOpened(opened);
  const joined = join(broker);
  joined.catch(() => undefined); // A port that cannot be opened ends the race below; the caller may also watch `joined`.
  await Promise.race([ports, joined]);

  return { broker, joined, stop: () => stop(broker, config) };
}

/** Started, and the others told of it: Moleculer itself tells them a debounce later. */
async function join(broker: ServiceBroker): Promise<void> {
  await broker.start();
  await broker.registry.discoverer.sendLocalNodeInfo();
}

async function stop(broker: ServiceBroker, config: Config): Promise<void> {
  const late = delay(config.shutdownTimeout, "late" as const, { ref: false });
  const transporter: unknown = broker.transit?.tx;
  const orderly = async () => {
    if (transporter instanceof DrainableAmqpTransporter) await transporter.stopTaking();
    await nodeOf(broker).lifecycle.drain(broker.logger);
    // Else Moleculer would go on trying for a transporter that is away.
    if (broker.transit !== undefined) (broker.transit.opts as { disableReconnect?: boolean }).disableReconnect = true;
    await broker.stop();
  };
  if ((await Promise.race([orderly(), late])) === "late") {
    broker.logger.warn(`Work is still in hand after ${config.shutdownTimeout} ms: leaving anyway`);
  }
}
