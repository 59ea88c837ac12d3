import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { databases } from "./databases.ts";
import { nodeOf } from "./node-context.ts";

/** What a node has done. */
export interface Usage {
  /** µs of processor time since its process began, all threads. */
  readonly cpu: number;
  /** Calls served of the request that was asked about, since it was first asked about. */
  readonly calls: number;
}

export interface UsageParams {
  /** Whose calls are to be counted from now on; of the one before it no more. */
  readonly requestId?: string;
}

/** Every node answers `$node.usage` and `$node.databases`, beside Moleculer's own internal actions; asked for by node id. */
export const usageService = (): ServiceSchema => ({
  name: "$node",
  actions: {
    databases,
    usage: {
      params: { requestId: { type: "string", optional: true } },
      handler(this: { broker: ServiceBroker }, { params: { requestId } }: Context<UsageParams>): Usage {
        const { user, system } = process.cpuUsage();
        const { counted } = nodeOf(this.broker);
        if (requestId !== undefined) counted.watch(requestId);
        return { cpu: user + system, calls: requestId === undefined ? 0 : counted.calls };
      },
    },
  },
});
