import type { ServiceBroker, ServiceSchema } from "moleculer";
import { databases } from "./databases.ts";
import { nodeOf } from "./node-context.ts";

/** What a node has done since its process began. */
export interface Usage {
  /** µs of processor time, all threads. */
  readonly cpu: number;
  /** Actions served. */
  readonly calls: number;
}

/** Every node answers `$node.usage` and `$node.databases`, beside Moleculer's own internal actions; asked for by node id. */
export const usageService = (): ServiceSchema => ({
  name: "$node",
  actions: {
    databases,
    usage(this: { broker: ServiceBroker }): Usage {
      const { user, system } = process.cpuUsage();
      return { cpu: user + system, calls: nodeOf(this.broker).traffic.total };
    },
  },
});
