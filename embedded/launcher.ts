/**
 * Behind `npm start`: one process for each stand-in and each node, kept alive, and an orderly end.
 * Exit codes: 0 ended by a signal, 1 something failed, 2 wrong arguments or configuration.
 */
import type { NodeName } from "../config/entry.ts";
import { ConfigError, loadConfig, environment as readEnvironment } from "../config/load.ts";
import { readArguments, UsageError, usage, type Wishes } from "./launcher/arguments.ts";
import { Child } from "./launcher/child.ts";
import { makePlan, type Plan, Refusal, takeDataDir } from "./launcher/plan.ts";
import { type Readiness, readinessOf } from "./launcher/readiness.ts";
import { removeRunFile, writeRunFile } from "./launcher/run-file.ts";
import { Screen } from "./launcher/screen.ts";
import { nodeUrl, pageUrl, startTable } from "./launcher/table.ts";
import { onSourceChange } from "./launcher/watch.ts";
import type { StandInKind } from "./stand-in.ts";

/** Together below the 5 s that an end may take, ms: nodes first, while the servers they use are there. */
const NODES_END = 4_000;
const STAND_INS_END = 700;

const begun = performance.now();
const screen = new Screen(process.stdout);
const nodes = new Map<NodeName, Child>();
const standIns: Child[] = [];
let dataDir: string | undefined;
let ending: Promise<never> | undefined;

process.on("SIGINT", () => void end(0));
process.on("SIGTERM", () => void end(0));
process.on("SIGHUP", () => void end(0));
// The script that started this one is gone: nobody is left to end it.
process.once("disconnect", () => void end(0));
process.stdout.on("error", () => void end(1));

try {
  await main();
} catch (error) {
  if (ending === undefined) {
    screen.still();
    console.error(error instanceof Error ? error.message : String(error));
  }
  await end(error instanceof ConfigError || error instanceof UsageError || error instanceof Refusal ? 2 : 1);
}

async function main(): Promise<void> {
  const wishes = readArguments(process.argv.slice(2));
  if (wishes.help) {
    console.log(usage);
    process.exit(0);
  }
  const given = readEnvironment();
  const first = loadConfig(given, wishes.only);
  takeDataDir(first.dataDir, wishes.fresh);
  dataDir = first.dataDir;
  const plan = await makePlan(wishes, given, first);
  const readiness = await start(plan, wishes);
  writeRunFile(first.dataDir, {
    environment: plan.addresses,
    page: wishes.only.includes("frontend") ? pageUrl(plan.config) : undefined,
  });
  screen.line(startTable(plan, readiness));
  screen.line(`  Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s. Ctrl-C ends it.`);
  if (wishes.watch) rebuildOnChange(wishes.only);
}

/** Each node as soon as the stand-ins it needs are there. */
async function start(plan: Plan, { only }: Wishes): Promise<Map<NodeName, Readiness>> {
  const servers = plan.standIns.map(({ kind, place }) => {
    const child = standIn(kind, place.ports, plan);
    return { kind, up: screen.during(kind.name, child.start()) };
  });
  const ready = only.map(async (name): Promise<[NodeName, Readiness]> => {
    await Promise.all(servers.filter(({ kind }) => kind.neededBy(name, plan.config)).map(({ up }) => up));
    const up = async () => {
      if (ending !== undefined) await ending;
      const child = node(name, plan);
      await child.start();
      const readiness = await readinessOf(nodeUrl(name, plan.config));
      // A server that is away may come; a file that cannot be read stays as it is.
      const damage = plan.config.mongoUrl === undefined ? readiness.waitsFor.documents : undefined;
      if (damage !== undefined) throw new Error(`${name}: ${damage}`);
      return readiness;
    };
    return [name, await screen.during(name, up())];
  });
  return new Map(await Promise.all(ready));
}

function standIn(kind: StandInKind, ports: readonly number[], { environment }: Plan): Child {
  const child = new Child({
    name: kind.name,
    module: sibling("./main"),
    args: [kind.name, ...ports.map(String)],
    execArgv: kind.execArgv,
    environment,
    tell: (text) => screen.line(`  ${text}`),
    heard: (line) => screen.line(`${kind.name.padEnd(8)} | ${line}`),
  });
  standIns.push(child);
  return child;
}

function node(name: NodeName, { environment }: Plan): Child {
  const child = new Child({
    name,
    module: sibling("../node/main"),
    args: [name],
    // Young objects in 2 MB instead of 16: 10 MB less for each node, and no slower at what one laptop asks of it.
    execArgv: ["--max-semi-space-size=2"],
    environment: process.stdout.isTTY ? { FORCE_COLOR: "1", ...environment } : environment,
    tell: (text) => screen.line(`  ${text}`),
    heard: (line) => screen.line(`${name.padEnd(8)} | ${line}`),
  });
  nodes.set(name, child);
  return child;
}

function rebuildOnChange(only: readonly NodeName[]): void {
  onSourceChange({
    nodes: only,
    tell: (text) => screen.line(`  ${text}`),
    changed: async (names) => {
      await Promise.all(names.map((name) => nodes.get(name)?.restart(NODES_END)));
    },
  });
}

/** Compiled or not, as this file. */
function sibling(path: string): URL {
  return new URL(`${path}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
}

function end(code: number): Promise<never> {
  ending ??= (async () => {
    screen.still();
    if (code === 0) screen.line("  Ending...");
    await Promise.allSettled([...nodes.values()].map((child) => child.stop(NODES_END)));
    await Promise.allSettled(standIns.map((child) => child.stop(STAND_INS_END)));
    if (dataDir !== undefined) removeRunFile(dataDir);
    process.exit(code);
  })();
  return ending;
}
