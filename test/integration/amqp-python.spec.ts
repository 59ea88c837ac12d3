/** RabbitMQ's own tutorial client, in another language. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { storedLogs } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";

const run = promisify(execFile);
const program = fileURLToPath(new URL("../support/rpc_client.py", import.meta.url));

let folder: string;
let python: string;
let system: System | undefined;
let unavailable: string | undefined;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "sixfold-python-"));
  python = join(folder, "bin", "python");
  try {
    await run("python3", ["-m", "venv", folder]);
    await run(python, ["-m", "pip", "install", "--quiet", "pika==1.3.2"], { timeout: 90_000 });
  } catch (error) {
    if ((process.env.REQUIRE ?? "").split(",").includes("python")) throw error;
    unavailable = `Python with pika cannot be had here: ${(error as Error).message}`;
    return;
  }
  system = await startSystem(["logger"]);
});
after(async () => {
  await system?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

test("when Python's tutorial client asks, then it is served, and without a type it is told what is missing", async (t) => {
  if (system === undefined) return t.skip(unavailable);
  const { rabbitUrl } = system.config;
  const ask = async (type: string, body: object) => {
    const url = new URL(rabbitUrl);
    if (url.pathname === "") url.pathname = "/%2f"; // pika's default virtual host wants saying.
    const { stdout } = await run(python, [program, url.href, "rpc.logger", type, JSON.stringify(body)]);
    return JSON.parse(stdout) as { headers: Record<string, unknown>; body: Record<string, unknown> };
  };
  const entry = { name: "pika", data: "Grüße 💥" };
  const reply = await ask("logger.write", entry);
  assert.equal(typeof reply.body.id, "string");
  assert.equal(reply.headers["x-node"], system.nodes.logger?.broker.nodeID);
  const [stored] = await storedLogs(system);
  assert.equal(stored?.data, entry.data);

  const nameless = await ask("", entry);
  assert.equal(nameless.headers["x-error-code"], "VALIDATION_FAILED");
  assert.match(String(nameless.body.message), /"type"/);
  assert.equal((await storedLogs(system)).length, 1);
});
