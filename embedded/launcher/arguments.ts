import { parseArgs } from "node:util";
import { type NodeName, nodeNames } from "../../config/entry.ts";

export interface Wishes {
  /** Begin with an empty data directory. */
  readonly fresh: boolean;
  readonly only: readonly NodeName[];
  readonly embedded: boolean;
}

/** @throws Error with a line for the person who typed it */
export function readArguments(args: readonly string[]): Wishes {
  const { values } = parseArgs({
    args: [...args],
    options: { fresh: { type: "boolean" }, only: { type: "string" }, "no-embedded": { type: "boolean" } },
  });
  const only = values.only?.split(",").map((name) => name.trim()) ?? [...nodeNames];
  const unknown = only.find((name) => !(nodeNames as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new Error(`--only: there is no node "${unknown}"; there are ${nodeNames.join(", ")}`);
  return { fresh: values.fresh === true, only: only as NodeName[], embedded: values["no-embedded"] !== true };
}
