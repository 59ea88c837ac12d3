import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Context, ServiceSchema } from "moleculer";
import { loadConfig } from "../../config/load.ts";
import type { CodedError } from "../../errors/index.ts";
import { type Node, startServices } from "../../node/node.ts";
import { protocols } from "../../protocols/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { onTheLoggersPorts } from "../support/probe/service.ts";
import { type System, startSystem } from "../support/system.ts";

/** By the protocol that they came over: the writes that were begun, and why they were given up. */
const begun = new Set<string>();
const stopped = new Map<string, CodedError>();

/** A logger that never comes to an end with an entry. */
const slowLogger: ServiceSchema = {
  name: "logger",
  mixins: onTheLoggersPorts,
  actions: {
    write: {
      params: { name: "string", data: "string", via: "string" },
      expose: {
        rest: { route: "POST /log", says: "logged" },
        jsonRpc: true,
        grpc: { rpc: "logs.LogService/WriteLog", params: "logEntry" },
        amqp: true,
      },
      handler: ({ params: { via }, options: { signal } }: Context<{ via: string }>) =>
        new Promise((_, reject) => {
          begun.add(via);
          signal?.addEventListener("abort", () => {
            stopped.set(via, signal.reason);
            reject(signal.reason);
          });
        }),
    },
  },
};

let system: System;
let logger: Node;
before(async () => {
  // Longer than the test waits: it is not the time that stops the work.
  system = await startSystem(["gateway"], { DSN: "host=none", MAIL_HOST: "none", REQUEST_TIMEOUT: "60000" });
  logger = await startServices("logger", [slowLogger], loadConfig(system.environment, ["logger"]));
  await logger.joined;
  await system.nodes.gateway?.broker.waitForServices(["logger"], 5_000, 20);
});
after(async () => {
  await logger?.stop();
  await system?.stop();
});

for (const via of protocols) {
  test(`when a client leaves before its answer, then what the gateway asked over ${via} is stopped`, async () => {
    const leaving = new AbortController();
    const body = JSON.stringify({ action: "log", via, log: { name: "left", data: "x" } });
    const request = fetch(system.url("gateway", "/handle"), { method: "POST", body, signal: leaving.signal });
    request.catch(() => undefined);
    await eventually(() => begun.has(via) || undefined);
    assert.equal(stopped.has(via), false);
    leaving.abort();
    await assert.rejects(request, { name: "AbortError" });
    assert.equal((await eventually(() => stopped.get(via))).type, "CANCELLED");
  });
}
