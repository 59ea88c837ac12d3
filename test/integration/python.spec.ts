/** Clients in another language: RabbitMQ's own tutorial's, and one of gRPC that has only reflection. */
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
const python = (given: readonly string[]) =>
  run("python3", given, { env: { ...process.env, PYTHONPATH: folder }, timeout: 30_000 });
const program = (name: string) => fileURLToPath(new URL(`../support/${name}.py`, import.meta.url));

/** Where the packages are put: quicker than a virtual environment, and as much apart. */
let folder: string;
let system: System | undefined;
let unavailable: string | undefined;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "sixfold-python-"));
  const packages = ["pika==1.3.2", "grpcio-reflection>=1.62,<2"];
  try {
    await run("python3", ["-m", "pip", "install", "--quiet", "--target", folder, ...packages], { timeout: 90_000 });
  } catch (error) {
    if ((process.env.REQUIRE ?? "").split(",").includes("python")) throw error;
    unavailable = `Python with pika and grpcio cannot be had here: ${(error as Error).message}`;
    return;
  }
  // In the default namespace, where other systems know the queue's name.
  system = await startSystem(["logger"], { NAMESPACE: "sixfold" });
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
    const { stdout } = await python([program("rpc_client"), url.href, "rpc.logger", type, JSON.stringify(body)]);
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

test("when a Python client has only reflection, then it finds the service, is served, and is told what is refused", async (t) => {
  if (system === undefined) return t.skip(unavailable);
  const { metadata } = (system.nodes.logger ?? assert.fail()).broker;
  const { host } = new URL((metadata as { endpoints: { grpc: string } }).endpoints.grpc);
  const ask = async (method: string, body: object) => {
    const given = [host, "logs.LogService", method, JSON.stringify(body)];
    const { stdout } = await python([program("reflection_client"), ...given]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const written = await ask("WriteLog", { logEntry: { name: "reflection", data: "Grüße \0 💥" } });
  assert.equal(written.result, "logged!");
  const row = await ask("GetLog", { id: written.id });
  assert.deepEqual([row.name, row.data], ["reflection", "Grüße \0 💥"]);
  const refused = { status: "INVALID_ARGUMENT", details: 'The "name" field is required.', code: "VALIDATION_FAILED" };
  assert.deepEqual(await ask("WriteLog", {}), refused);
});
