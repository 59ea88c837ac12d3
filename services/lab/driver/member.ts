import { ServiceBroker, type ServiceSchema } from "moleculer";
import type { Config } from "../../../config/load.ts";
import { brokerOptions } from "../../../moleculer.config.ts";
import { provideConfig } from "../../../node/node-context.ts";

/** How long a mesh may take to let the node in, ms: Moleculer itself would try for ever. */
const JOINING = 10_000;

/**
 * One more node of a mesh: it only calls, or serves what it is given.
 * @throws Error when its transporter's server does not let it in
 */
export async function joinMesh(config: Config, name: string, service?: ServiceSchema): Promise<ServiceBroker> {
  const broker = new ServiceBroker(brokerOptions(config, name));
  provideConfig(broker, config);
  if (service !== undefined) broker.createService(service);
  let why = "";
  broker.localBus.on("$transporter.error", ({ error }: { error: Error }) => {
    why = `: ${error.message}`;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`the mesh was not joined within ${JOINING / 1000} s${why}`));
    timer = setTimeout(fail, JOINING);
  });
  try {
    await Promise.race([broker.start(), late]);
    await broker.registry.discoverer.sendLocalNodeInfo();
    return broker;
  } catch (error) {
    if (broker.transit) Object.assign(broker.transit.opts, { disableReconnect: true });
    void broker.stop().catch(() => undefined); // What never was in the mesh has nothing to leave.
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
