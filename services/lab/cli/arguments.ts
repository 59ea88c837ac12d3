import { parseArgs } from "node:util";
import { contenderNames } from "../contenders.ts";
import { arrivals, operations, presetNames } from "../settings.ts";
import type { Wishes } from "../wishes.ts";

export type Command =
  | { readonly name: "help" }
  | { readonly name: "show"; readonly file: string }
  | { readonly name: "compare"; readonly files: readonly [string, string] }
  | {
      readonly name: "run";
      readonly wishes: Wishes;
      /** Which mesh: one of its own; the one that the variables name; else the one that runs here, or one of its own. */
      readonly mesh?: "own" | "join";
      /** Where the files go; the data directory's `lab` when it is not said. */
      readonly out?: string;
    };

export const usage = `usage: npm run lab -- [--preset ${presetNames.join("|")}] [what differs from it]
       npm run lab -- show REPORT.json
       npm run lab -- compare A.json B.json

  --operation    of ${operations.join(", ")}
  --protocol     of ${contenderNames.join(", ")}
  --payload      bytes, such as 64,1k,16k,256k
  --concurrency  calls in flight, such as 1,10,50,200
  --arrival      of ${arrivals.join(", ")}: callers who wait for their answers, a fixed rate
  --rate         calls a second of the fixed rate; 0: half of what the slowest carried
                 with calls in flight, 100 where that was not measured
  --rounds       how often each is measured in each case; below 5 there are too few to tell
  --duration     ms of one measurement; at a low fixed rate as many as 500 calls take
  --first-warm-up
                 ms of calls that do not count, once for each protocol before its first case
  --warm-up      the same before each case
  --replicas     nodes that serve lab.echo
  --seed         of the order and the payloads
  --own          starts a mesh of its own, also when one runs
  --join         joins the mesh that the variables name, started elsewhere
  --out          the directory for the report, as JSON, CSV and HTML; DATA_DIR/lab when not said

Lists are comma-separated. Without a running mesh it starts one, on the servers that the variables name or embedded ones.`;

/** The command line cannot be understood; one line says why. */
export class UsageError extends Error {}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const options = {
  preset: text,
  operation: text,
  protocol: text,
  payload: text,
  concurrency: text,
  arrival: text,
  rate: text,
  rounds: text,
  duration: text,
  "first-warm-up": text,
  "warm-up": text,
  replicas: text,
  seed: text,
  own: flag,
  join: flag,
  out: text,
  help: flag,
} as const;
type Values = { readonly [K in keyof typeof options]?: string | boolean };

/** What is wanted; its bounds are the lab's to check. @throws UsageError */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help === true) return { name: "help" };
  const [first, ...files] = positionals;
  if (first === "compare") {
    const [a, b, ...more] = files;
    if (a === undefined || b === undefined || more.length > 0) throw new UsageError("compare takes two files");
    return { name: "compare", files: [a, b] };
  }
  if (first === "show") {
    const [file, ...more] = files;
    if (file === undefined || more.length > 0) throw new UsageError("show takes one file");
    return { name: "show", file };
  }
  if (first !== undefined) throw new UsageError(`there is no command "${first}"`);
  if (values.own === true && values.join === true) throw new UsageError("--own and --join exclude each other");
  const mesh = values.own === true ? "own" : values.join === true ? "join" : undefined;
  return { name: "run", wishes: wishesOf(values), mesh, out: values.out as string | undefined };
}

function parse(args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(String((error as Error).message.split(". ")[0]));
  }
}

function wishesOf(values: Values): Wishes {
  const wishes = {
    preset: one("preset", values, presetNames),
    operations: many("operation", values, operations),
    contenders: many("protocol", values, contenderNames),
    payloads: sizes("payload", values),
    concurrency: sizes("concurrency", values),
    arrivals: many("arrival", values, arrivals),
    rate: number("rate", values),
    rounds: number("rounds", values),
    duration: number("duration", values),
    firstWarmUp: number("first-warm-up", values),
    warmUp: number("warm-up", values),
    replicas: number("replicas", values),
    seed: number("seed", values),
  };
  return Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
}

function listed(name: keyof Values, values: Values): string[] | undefined {
  const given = values[name];
  if (typeof given !== "string") return undefined;
  const items = given
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
  if (items.length === 0) throw new UsageError(`--${name}: which?`);
  return items;
}

function many<T extends string>(name: keyof Values, values: Values, known: readonly T[]): T[] | undefined {
  return listed(name, values)?.map((item) => {
    const found = known.find((one) => one === item);
    if (found === undefined) throw new UsageError(`--${name}: there is no "${item}"; there are ${known.join(", ")}`);
    return found;
  });
}

/** @throws UsageError when it is a list */
function single<T>(name: keyof Values, found: readonly T[] | undefined): T | undefined {
  if (found !== undefined && found.length !== 1) throw new UsageError(`--${name} takes one value, not ${found.length}`);
  return found?.[0];
}

const one = <T extends string>(name: keyof Values, values: Values, known: readonly T[]): T | undefined =>
  single(name, many(name, values, known));

const units: Readonly<Record<string, number>> = { "": 1, k: 1_024, m: 1_048_576 };

const sizes = (name: keyof Values, values: Values): number[] | undefined =>
  listed(name, values)?.map((item) => {
    const [, digits, unit = ""] = /^(\d{1,9})([km]?)$/i.exec(item) ?? [];
    const size = Number(digits) * (units[unit.toLowerCase()] ?? Number.NaN);
    if (!Number.isInteger(size)) throw new UsageError(`--${name}: "${item}" is no whole number`);
    return size;
  });

const number = (name: keyof Values, values: Values): number | undefined => single(name, sizes(name, values));
