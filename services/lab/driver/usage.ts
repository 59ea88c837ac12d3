import type { ServiceBroker } from "moleculer";
import type { Usage } from "../../../node/usage.ts";

/** Of all these nodes together. */
export async function usageOf(broker: ServiceBroker, nodes: readonly string[]): Promise<Usage> {
  const usages = await Promise.all(nodes.map((nodeID) => broker.call<Usage, object>("$node.usage", {}, { nodeID })));
  return {
    cpu: usages.reduce((total, { cpu }) => total + cpu, 0),
    calls: usages.reduce((total, { calls }) => total + calls, 0),
  };
}
