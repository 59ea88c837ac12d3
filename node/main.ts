/** One node in the foreground: `npm run node -- auth`. Exit codes: 0 stopped, 1 failed, 2 wrong arguments or configuration. */
import { type NodeName, nodeNames } from "../config/entry.ts";
import { listenProblem } from "../config/listen-problem.ts";
import { type Config, ConfigError, loadConfig } from "../config/load.ts";
import type { Node } from "./node.ts";

/** Left behind by its launcher, and by the embedded servers with it, a node takes no longer, ms. */
const ORPHAN_TIMEOUT = 2_500;

const name = process.argv[2] as NodeName;
if (!nodeNames.includes(name)) {
  if (name !== undefined) console.error(`there is no node "${name}"\n`);
  console.error(`usage: npm run node -- ${nodeNames.join("|")}`);
  process.exit(2);
}

let config: Config | undefined;
let node: Node | undefined;
let stopping = false;
// Before anything takes time, loading the rest of it first of all. Under the launcher its end is this node's end, however it came.
process.on("SIGTERM", () => void stop(Number.POSITIVE_INFINITY));
process.on("SIGINT", () => void stop(Number.POSITIVE_INFINITY));
process.once("disconnect", () => void stop(ORPHAN_TIMEOUT));
// Who read what it wrote may be gone before it.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

try {
  config = loadConfig(undefined, [name]);
  const { startNode } = await import("./node.ts");
  node = await startNode([name], config);
  process.send?.({ type: "open" });
  await node.joined;
  process.send?.({ type: "ready" });
} catch (error) {
  if (!stopping) fail(error instanceof ConfigError ? 2 : 1, await message(error));
}

/** @param limit ms, when SHUTDOWN_TIMEOUT is longer */
async function stop(limit: number): Promise<void> {
  if (Number.isFinite(limit)) setTimeout(() => process.exit(1), limit).unref();
  if (stopping) return;
  stopping = true;
  try {
    await node?.stop();
    process.exit(0);
  } catch (error) {
    fail(1, await message(error));
  }
}

async function message(error: unknown): Promise<string> {
  const problem = config && listenProblem(error as NodeJS.ErrnoException, name, config);
  if (problem !== undefined) return problem;
  const { CodedError } = await import("../errors/index.ts");
  // Ours say what happened and what to do; where in the code helps nobody.
  if (error instanceof ConfigError || error instanceof CodedError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Under the launcher it tells the one line, else standard error does. */
function fail(code: number, text: string): void {
  process.exitCode = code;
  if (process.send === undefined || !process.connected) {
    console.error(text);
    process.exit();
  }
  process.send({ type: "failed", message: text }, () => process.exit());
}
