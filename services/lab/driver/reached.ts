import type { ServiceBroker } from "moleculer";
import { nodeOf } from "../../../node/node-context.ts";
import { nodesWith } from "../../../protocols/endpoints.ts";
import type { Reached } from "../results.ts";
import type { Settings } from "../settings.ts";
import type { Arena } from "./arena.ts";
import { messageBrokerAt } from "./message-broker.ts";

/** Whom a run's calls came to. */
export async function reachedBy({ broker, natsServer }: Arena, { operations }: Settings): Promise<Reached> {
  const served = operations.map((operation) => ({ operation, nodes: nodesWith(broker, operation) }));
  const kept = served.map(async ({ operation, nodes }) => [operation, await databasesOf(broker, nodes)] as const);
  const databases = (await Promise.all(kept)).filter(([, database]) => database !== "");
  return {
    nodes: Object.fromEntries(served.map(({ operation, nodes }) => [operation, nodes.length])),
    databases: Object.fromEntries(databases),
    messageBroker: await messageBrokerAt(nodeOf(broker).config.rabbitUrl),
    natsServer,
  };
}

/** A node may take so long to say what it keeps its data in, ms. */
const PATIENCE = 5_000;

/** Those of all these nodes, each once; empty when they have none, or none that answers. */
async function databasesOf(broker: ServiceBroker, nodes: readonly string[]): Promise<string> {
  const ask = async (nodeID: string): Promise<string[]> =>
    await broker.call<string[], object>("$node.databases", {}, { nodeID, timeout: PATIENCE }).catch(() => []);
  return [...new Set((await Promise.all(nodes.map(ask))).flat())].join(", ");
}
