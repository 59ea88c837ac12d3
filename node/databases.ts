import type { ServiceBroker } from "moleculer";
import { nodeOf } from "./node-context.ts";

/** Asks one where a node keeps its data for its name and version, such as `PostgreSQL 17.2`. */
export type Database = () => Promise<string>;

/** `$node.databases`: those of a node, by name and version; one that does not answer is left out. */
export async function databases(this: { readonly broker: ServiceBroker }): Promise<string[]> {
  const answers = await Promise.allSettled(nodeOf(this.broker).databases.map((ask) => ask()));
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}
