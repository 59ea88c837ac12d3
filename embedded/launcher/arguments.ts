import { parseArgs } from "node:util";
import { type NodeName, nodeNames } from "../../config/entry.ts";

export interface Wishes {
  /** Begin with an empty data directory. */
  readonly fresh: boolean;
  readonly only: readonly NodeName[];
  /** Start stand-ins for the servers that no variable names. */
  readonly embedded: boolean;
  /** Build and restart what changes. */
  readonly watch: boolean;
  readonly help: boolean;
}

export const usage = `usage: npm start -- [--fresh] [--only NODE,NODE] [--no-embedded]
       npm run dev -- the same: builds and restarts what changes

  --fresh         empties the data directory first (DATA_DIR, .data when not set)
  --only          starts these of ${nodeNames.join(", ")}, and the servers that they need
  --no-embedded   starts no server; every one's variable must be set`;

/** The command line cannot be understood; the message says why and how it would be. */
export class UsageError extends Error {
  constructor(problem: string) {
    super(`${problem}\n\n${usage}`);
  }
}

/** @throws UsageError */
export function readArguments(args: readonly string[]): Wishes {
  const { values, positionals } = parse(args);
  const named = [...positionals, ...(values.only?.split(",") ?? [])].map((name) => name.trim()).filter(Boolean);
  if (values.only !== undefined && named.length === 0) throw new UsageError("--only: which?");
  const unknown = named.find((name) => !(nodeNames as readonly string[]).includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no node "${unknown}"`);
  return {
    fresh: values.fresh === true,
    only: named.length === 0 ? nodeNames : nodeNames.filter((name) => named.includes(name)),
    embedded: values["no-embedded"] !== true,
    watch: values.watch === true,
    help: values.help === true,
  };
}

function parse(args: readonly string[]) {
  const flag = { type: "boolean" } as const;
  const options = { fresh: flag, only: { type: "string" }, "no-embedded": flag, watch: flag, help: flag } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [problem] = (error as Error).message.split(". ");
    throw new UsageError(String(problem));
  }
}
