/** Behind `npm start`: the stand-ins in this process, one process for each node, and an orderly end. */
import { rmSync } from "node:fs";
import { loadConfig, environment as readEnvironment } from "../config/load.ts";
import { readArguments } from "./launcher/arguments.ts";
import { Child } from "./launcher/child.ts";
import { startTable } from "./launcher/table.ts";
import type { StandIn } from "./stand-in.ts";
import { startStandIns } from "./stand-ins.ts";

const tell = (text: string) => console.log(text);
const children: Child[] = [];
let standIns: StandIn[] = [];
let ending: Promise<never> | undefined;

process.once("SIGINT", () => end(0));
process.once("SIGTERM", () => end(0));
process.once("SIGHUP", () => end(0));

try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  await end(1);
}

async function start(): Promise<void> {
  const begun = performance.now();
  const wishes = readArguments(process.argv.slice(2));
  const given = readEnvironment();
  const { dataDir, host } = loadConfig(given, wishes.only);
  if (wishes.fresh) rmSync(dataDir, { recursive: true, force: true });

  if (wishes.embedded) standIns = await startStandIns(given, dataDir, host);
  const defaults = { SEED_USERS: "true", SHUTDOWN_TIMEOUT: "3500" };
  const environment = Object.assign({}, defaults, given, ...standIns.map((standIn) => standIn.environment));
  const config = loadConfig(environment, wishes.only);

  children.push(...wishes.only.map((name) => new Child({ name, environment, tell })));
  await Promise.all(children.map((child) => child.start()));
  tell(startTable(wishes.only, config, standIns));
  tell(`  Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s. Ctrl-C ends it.`);
}

function end(code: number): Promise<never> {
  ending ??= (async () => {
    await Promise.allSettled(children.map((child) => child.stop()));
    await Promise.allSettled(standIns.map((standIn) => standIn.stop()));
    process.exit(code);
  })();
  return ending;
}
