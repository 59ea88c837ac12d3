/** One node in the foreground: `npm run node -- auth`. Exit codes: 0 stopped, 1 failed, 2 wrong arguments or configuration. */
import { type NodeName, nodeNames } from "../config/entry.ts";
import { type Config, ConfigError, loadConfig } from "../config/load.ts";
import { type Node, startNode } from "./node.ts";

const name = process.argv[2] as NodeName;
if (!nodeNames.includes(name)) {
  fail(2, `usage: npm run node -- ${nodeNames.join("|")}`);
}

let stopping = false;
const node = await start();
process.once("SIGTERM", () => void stop());
process.once("SIGINT", () => void stop());
// Under the launcher: its end is this node's end, however it came.
process.once("disconnect", () => void stop());
process.send?.({ type: "open" });
node.joined.then(
  () => process.send?.({ type: "joined" }),
  (error: unknown) => fail(1, message(error)),
);

async function start(): Promise<Node> {
  try {
    return await startNode([name], configuration());
  } catch (error) {
    return fail(1, message(error));
  }
}

function configuration(): Config {
  try {
    return loadConfig(undefined, [name]);
  } catch (error) {
    if (error instanceof ConfigError) return fail(2, error.message);
    throw error;
  }
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await node.stop();
  process.exit(0);
}

function message(error: unknown): string {
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  if (code === "EADDRINUSE") return `${name}: port ${port} on ${address} is taken`;
  return `${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function fail(code: number, text: string): never {
  console.error(text);
  process.exit(code);
}
