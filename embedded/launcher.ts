/** Behind `npm start`: the stand-ins in this process, one process for each node, and an orderly end. */
import { rmSync } from "node:fs";
import { type Environment, loadConfig, environment as readEnvironment } from "../config/load.ts";
import { readArguments } from "./launcher/arguments.ts";
import { Child } from "./launcher/child.ts";
import { readRunFile, removeRunFile, writeRunFile } from "./launcher/run-file.ts";
import { startTable } from "./launcher/table.ts";
import type { StandIn } from "./stand-in.ts";
import { startStandIns } from "./stand-ins.ts";

const tell = (text: string) => console.log(text);
const children: Child[] = [];
let standIns: StandIn[] = [];
let dataDir: string | undefined;
let ending: Promise<never> | undefined;

process.once("SIGINT", () => end(0));
process.once("SIGTERM", () => end(0));
process.once("SIGHUP", () => end(0));
// The script that started this one is gone: nobody is left to end it.
process.once("disconnect", () => end(0));

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
  const first = loadConfig(given, wishes.only);
  claim(first.dataDir, wishes.fresh);

  if (wishes.embedded) standIns = await startStandIns(given, first.dataDir, first.host);
  const addresses: Record<string, string> = Object.assign({}, ...standIns.map(({ environment }) => environment));
  const environment: Environment = { SEED_USERS: "true", SHUTDOWN_TIMEOUT: "3500", ...given, ...addresses };
  const config = loadConfig(environment, wishes.only);
  writeRunFile(first.dataDir, addresses);

  children.push(...wishes.only.map((name) => new Child({ name, environment, tell })));
  await Promise.all(children.map((child) => child.start()));
  tell(startTable(wishes.only, config, standIns));
  tell(`  Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s. Ctrl-C ends it.`);
}

/** @throws Error when another launcher uses the directory */
function claim(dir: string, fresh: boolean): void {
  const running = readRunFile(dir);
  if (running !== undefined) throw new Error(`It is running already from ${dir} (process ${running.pid}).`);
  if (fresh) rmSync(dir, { recursive: true, force: true });
  dataDir = dir;
}

function end(code: number): Promise<never> {
  ending ??= (async () => {
    await Promise.allSettled(children.map((child) => child.stop()));
    await Promise.allSettled(standIns.map((standIn) => standIn.stop()));
    if (dataDir !== undefined) removeRunFile(dataDir);
    process.exit(code);
  })();
  return ending;
}
