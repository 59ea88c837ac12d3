import type { ServiceBroker } from "moleculer";
import type { Usage, UsageParams } from "../../../node/usage.ts";

/** Of all these nodes together. */
export async function usageOf(
  broker: ServiceBroker,
  nodes: readonly string[],
  params: UsageParams = {},
): Promise<Usage> {
  const usages = await Promise.all(
    nodes.map((nodeID) => broker.call<Usage, UsageParams>("$node.usage", params, { nodeID })),
  );
  return {
    cpu: usages.reduce((total, { cpu }) => total + cpu, 0),
    calls: usages.reduce((total, { calls }) => total + calls, 0),
  };
}
