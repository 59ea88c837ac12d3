import { entries } from "./entries.ts";
import type { NodeName } from "./entry.ts";
import type { Config } from "./load.ts";

type PortKey = Extract<keyof Config, `${string}Port`>;

export interface Port {
  readonly key: PortKey;
  /** Such as `AUTH_PORT`, `AUTH_JSON_RPC_PORT`. */
  readonly variable: string;
}

/** The ports that a node opens itself: what is named after it; REST's is the first. */
export function portsOf(node: NodeName): readonly Port[] {
  const own = new RegExp(`^${node.toUpperCase()}_(\\w+_)?PORT$`);
  return Object.entries(entries)
    .map(([key, { names }]) => ({ key: key as PortKey, variable: names[0] }))
    .filter(({ variable }) => own.test(variable));
}

/** The variables with which a further node of this kind opens free ones. */
export const anyPortOf = (node: NodeName): Record<string, string> =>
  Object.fromEntries(portsOf(node).map(({ variable }) => [variable, "0"]));
