import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { entries } from "./entries.ts";
import { type Entry, type NodeName, nodeNames } from "./entry.ts";
import { Expected } from "./types.ts";

type Entries = typeof entries;
type ValueOf<E> = E extends Entry<infer T> ? (E extends { default: string } ? T : T | undefined) : never;
export type Config = { readonly [K in keyof Entries]: ValueOf<Entries[K]> };
export type Environment = Record<string, string | undefined>;

/** What stands in deployment files where a value of one's own belongs; production does not take it for one. */
const PLACEHOLDER = "CHANGE_ME";

/** One line a problem; each names the variable, what was found (never a secret) and what is expected. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** The environment over the `.env` file of the working directory. */
export function environment(file = ".env"): Environment {
  const written = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  return { ...written, ...process.env };
}

/** Reads and checks what the named nodes use. @throws ConfigError with every problem at once */
export function loadConfig(from: Environment = environment(), nodes: readonly NodeName[] = nodeNames): Config {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  const production = from.NODE_ENV === "production";
  for (const [key, entry] of Object.entries<Entry>(entries)) {
    const concerns = entry.nodes === "all" || entry.nodes.some((node) => nodes.includes(node));
    try {
      config[key] = read(entry, concerns ? from : {}, concerns && production);
    } catch (problem) {
      if (!(problem instanceof Expected)) throw problem;
      problems.push(problem.message);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  sources.set(config, from);
  return config as Config;
}

const sources = new WeakMap<object, Environment>();

/** The variables that a configuration was read from: for a process that is to have the same. */
export const environmentOf = (config: Config): Environment => sources.get(config) ?? {};

function read(entry: Entry, from: Environment, production: boolean): unknown {
  const found = find(entry, from);
  if (found === undefined && production && entry.requiredInProduction) {
    throw new Expected(`${entry.names[0]}: not set; NODE_ENV=production needs it (${entry.doc})`);
  }
  if (found?.value.includes(PLACEHOLDER) && production) {
    throw new Expected(`${found.name}: still says ${PLACEHOLDER}; NODE_ENV=production needs your own (${entry.doc})`);
  }
  const value = found?.value ?? entry.default;
  if (value === undefined) return undefined;
  const name = found?.name ?? entry.names[0];
  try {
    return entry.parse(value);
  } catch (problem) {
    if (!(problem instanceof Expected)) throw problem;
    throw new Expected(
      `${name}: found ${entry.secret ? "a value" : JSON.stringify(value)}, expected ${problem.message}`,
    );
  }
}

/** An empty variable counts as absent, as compose files write it. */
function find(entry: Entry, from: Environment): { name: string; value: string } | undefined {
  for (const name of entry.names) {
    const value = from[name];
    if (value !== undefined && value !== "") return { name, value };
    const file = entry.secret ? from[`${name}_FILE`] : undefined;
    if (file) return { name: `${name}_FILE`, value: contents(name, file) };
  }
  return undefined;
}

function contents(name: string, file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new Expected(`${name}_FILE: cannot read ${JSON.stringify(file)}, expected a readable file`);
  }
}
