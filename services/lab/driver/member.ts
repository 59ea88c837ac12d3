import { ServiceBroker, type ServiceSchema } from "moleculer";
import type { Config } from "../../../config/load.ts";
import { brokerOptions } from "../../../moleculer.config.ts";
import { provideConfig } from "../../../node/node-context.ts";

/** One more node of a mesh: it only calls, or serves what it is given. */
export async function joinMesh(config: Config, name: string, service?: ServiceSchema): Promise<ServiceBroker> {
  const broker = new ServiceBroker(brokerOptions(config, name));
  provideConfig(broker, config);
  if (service !== undefined) broker.createService(service);
  await broker.start();
  await broker.registry.discoverer.sendLocalNodeInfo();
  return broker;
}
