import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type NodeName, nodeNames } from "../../config/entry.ts";
import { listenProblem } from "../../config/listen-problem.ts";
import { type Config, type Environment, loadConfig } from "../../config/load.ts";
import { portsOf } from "../../config/ports.ts";
import { portOr, whyNotFree } from "../free-port.ts";
import type { Place, StandInKind } from "../stand-in.ts";
import { isReplaced, placeFor, standInKinds } from "../stand-ins.ts";
import type { Wishes } from "./arguments.ts";
import { claim } from "./run-file.ts";

/** Something that the person who starts it can put right; the message is all there is to say. */
export class Refusal extends Error {}

export interface Plan {
  readonly config: Config;
  /** For every process. */
  readonly environment: Environment;
  readonly standIns: readonly { readonly kind: StandInKind; readonly place: Place }[];
  /** What tells others where the servers are. */
  readonly addresses: Readonly<Record<string, string>>;
}

export const portOf = {
  frontend: "frontendPort",
  gateway: "gatewayPort",
  auth: "authPort",
  logger: "loggerPort",
  mailer: "mailerPort",
  listener: "listenerPort",
  lab: "labPort",
} as const satisfies Record<NodeName, keyof Config>;

/** Beside the data: who made the directory, and may empty it. */
const MARK = "made-by-npm-start";

/** Takes the data directory for this process. @throws Refusal when it cannot be used, or another process uses it */
export function takeDataDir(dir: string, fresh: boolean): void {
  try {
    const running = claim(dir);
    if (running !== undefined) {
      const where = running.page === undefined ? "" : ` at ${running.page}`;
      throw new Refusal(`It is running already${where} (process ${running.pid}, data in ${dir}). Stop that one first.`);
    }
    if (fresh) empty(dir);
    writeFileSync(join(dir, MARK), "npm start -- --fresh deletes everything in this directory.\n");
    readdirSync(dir);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`The data directory ${dir} cannot be used (${(error as Error).message}): see DATA_DIR.`);
  }
}

function empty(dir: string): void {
  const names = readdirSync(dir).filter((name) => name !== "running.json");
  if (names.length > 0 && !existsSync(join(dir, MARK))) {
    rmSync(join(dir, "running.json"));
    throw new Refusal(
      `--fresh: ${dir} holds files, and was not made by npm start (no ${MARK} in it). Empty it yourself.`,
    );
  }
  for (const name of names) rmSync(join(dir, name), { recursive: true, force: true });
}

/** Which servers, which ports, which variables; nothing runs yet. @throws Refusal */
export async function makePlan(wishes: Wishes, given: Environment, first: Config): Promise<Plan> {
  const ports = await nodePorts(wishes.only, first);
  const kinds = standInKinds.filter(
    (kind) => !isReplaced(kind, given) && wishes.only.some((node) => kind.neededBy(node, first)),
  );
  if (!wishes.embedded) requireServers(kinds, wishes, first);
  const standIns = await Promise.all(
    kinds.map(async (kind) => ({ kind, place: await placeFor(kind, first.dataDir, first.embeddedPorts) })),
  );
  const addresses = Object.assign({}, ...standIns.map(({ kind, place }) => kind.environment(place)));
  const environment: Environment = {
    SEED_USERS: "true",
    SHUTDOWN_TIMEOUT: "3500",
    LOG_LEVEL: wishes.watch ? "info" : "warn",
    ...withoutEmpty(given),
    ...ports,
    ...addresses,
  };
  return { config: loadConfig(environment, wishes.only), environment, standIns, addresses };
}

function requireServers(missing: readonly StandInKind[], { only }: Wishes, first: Config): void {
  const named = missing.map(({ title, replacedBy: [name] }) => `${name} (instead of ${title})`);
  if (first.mongoUrl === undefined && only.some((node) => node === "logger" || node === "mailer"))
    named.push("MONGO_URL (instead of files)");
  if (named.length > 0) throw new Refusal(`--no-embedded: not set: ${named.join(", ")}`);
}

/** The nodes' ports, free at this moment. @throws Refusal that names each that is not */
async function nodePorts(only: readonly NodeName[], config: Config): Promise<Record<string, string>> {
  const wrongHost = await whyNotFree(0, config.host);
  if (wrongHost !== undefined) throw new Refusal(problemOf(wrongHost, only[0] ?? "gateway", config));
  const problems: string[] = [];
  const ports: Record<string, string> = {};
  const owners = new Map<number, NodeName>();
  for (const name of nodeNames) {
    if (!only.includes(name)) continue;
    for (const { key, variable } of portsOf(name)) {
      const wanted = config[key];
      const port = wanted === 0 ? await portOr(0, config.host) : wanted;
      const owner = owners.get(port);
      const why = await whyNotFree(port, config.host);
      if (owner !== undefined) problems.push(`${variable}: port ${port} is ${owner}'s already`);
      else if (why !== undefined) problems.push(problemOf(why, name, config));
      owners.set(port, name);
      ports[variable] = String(port);
    }
  }
  if (problems.length > 0) throw new Refusal(problems.join("\n"));
  return ports;
}

const problemOf = (error: NodeJS.ErrnoException, name: NodeName, config: Config): string =>
  listenProblem(error, name, config) ?? error.message;

/** An empty variable is an absent one, here as in the nodes. */
const withoutEmpty = (given: Environment): Environment =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
