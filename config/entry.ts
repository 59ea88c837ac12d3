import type { Parse } from "./types.ts";

export const nodeNames = ["frontend", "gateway", "auth", "logger", "mailer", "listener", "lab"] as const;
export type NodeName = (typeof nodeNames)[number];

export interface Entry<T = unknown> {
  /** The variable, then the names it is also known by; the first that is set wins. */
  readonly names: readonly [string, ...string[]];
  /** What it is for, in one sentence; units included. */
  readonly doc: string;
  readonly parse: Parse<T>;
  /** As it would be written in the environment; absent: there is none. */
  readonly default?: string;
  /** The nodes that read it. */
  readonly nodes: readonly NodeName[] | "all";
  /** Never printed; may also come from the file that NAME_FILE names. */
  readonly secret: boolean;
  /** NODE_ENV=production refuses to start without it. */
  readonly requiredInProduction: boolean;
}

type Options<T> = Pick<Entry<T>, "doc" | "parse"> & {
  name: string;
  aliases?: readonly string[];
  nodes?: readonly NodeName[];
  secret?: boolean;
  requiredInProduction?: boolean;
};

/** A variable with a default: the node always has a value. */
export function entry<T>(options: Options<T> & { default: string }): Entry<T> & { default: string };
/** A variable without one: the node has a value or `undefined`. */
export function entry<T>(options: Options<T>): Entry<T> & { default?: undefined };
export function entry<T>(options: Options<T> & { default?: string }): Entry<T> {
  const { name, aliases = [], nodes = "all", secret = false, requiredInProduction = false, ...rest } = options;
  return { names: [name, ...aliases], nodes, secret, requiredInProduction, ...rest };
}
