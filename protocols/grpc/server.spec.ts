import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Metadata, status } from "@grpc/grpc-js";
import type { Context, ServiceSchema } from "moleculer";
import { ConfigError } from "../../config/load.ts";
import { CodedError } from "../../errors/index.ts";
import { nodeOf } from "../../node/node-context.ts";
import { eventually } from "../../test/support/eventually.ts";
import { ended, healthClient, ReflectionClient } from "../../test/support/grpc.ts";
import { call, isCoded, startGrpc as start } from "../../test/support/grpc-node.ts";
import { untilGivenUp } from "../../test/support/until-given-up.ts";
import type { Exposure } from "../exposure.ts";

const write: Exposure["grpc"] = { rpc: "logs.LogService/WriteLog", params: "logEntry", adds: { result: "logged!" } };

test("when an operation is called, then parameters, value, request id, node and time go each way", async (context) => {
  const seen: unknown[] = [];
  const handler = (ctx: Context<{ name: string }>) => {
    seen.push(ctx.params, ctx.requestID);
    return { id: "1" };
  };
  const { log, client, broker } = await start(context, {
    write: { params: { name: "string", data: "string" }, expose: { grpc: write }, handler },
  });
  const logEntry = { name: "é\0\u{1F600}", data: "" };
  const metadata = new Metadata();
  metadata.set("x-request-id", "abc");
  const { response, head } = await ended((callback) => log.WriteLog({ logEntry }, metadata, callback as never));
  assert.deepEqual(response, { result: "logged!", id: "1" });
  assert.deepEqual(seen, [logEntry, "abc"]);
  assert.deepEqual(head.get("x-request-id"), ["abc"]);
  assert.deepEqual(head.get("x-node"), [broker.nodeID]);
  assert.match(String(head.get("x-took")[0]), /^[\d.]+$/);

  const answer = await client.call("logger.write", logEntry, call());
  assert.deepEqual(answer.value, { id: "1" });
  assert.equal(answer.node, broker.nodeID);
  assert.equal(typeof answer.took, "number");
  assert.equal(seen[3], "id-1");
  const { calls, errors } = client.counters;
  assert.deepEqual([calls, errors], [1, 0]);
});

test("when metadata is named x-meta-NAME, then the action has it in a place of its own, and what it sets there goes back", async (context) => {
  type Meta = { metadata: Record<string, unknown>; servedBy?: string };
  const seen: Meta[] = [];
  const handler = ({ meta, params }: Context<{ name: string }, Meta>) => {
    seen.push({ ...meta, metadata: { ...meta.metadata } });
    meta.metadata["seen-by"] = "the action";
    meta.metadata.number = 7;
    meta.metadata.tenant = "changed";
    meta.metadata.umlaut = "\u00e9";
    if (params.name === "bad") throw new CodedError("CONFLICT", "taken");
    return { id: "1" };
  };
  const { log } = await start(context, { write: { expose: { grpc: write }, handler } });
  const ask = async (given: Record<string, string | Buffer>, name = "a") => {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(given)) metadata.set(key, value);
    let trailing: Metadata | undefined;
    const { error } = await ended((callback) => {
      const call = log.WriteLog({ logEntry: { name, data: "" } }, metadata, callback as never);
      call.on("status", (status) => {
        trailing = status.metadata;
      });
      return call;
    });
    const back = Object.entries(trailing?.getMap() ?? {}).filter(([key]) => key.startsWith("x-meta-"));
    return { error, back: Object.fromEntries(back) };
  };
  const given = {
    "x-meta-tenant": "blue",
    "x-meta-same": "as it came",
    "x-meta-servedby": "me",
    "x-meta-__proto__": "x",
    "x-meta-data-bin": Buffer.from("x"),
    user: "root",
  };
  const changed = { "x-meta-seen-by": "the action", "x-meta-tenant": "changed" };
  assert.deepEqual((await ask(given)).back, changed);
  assert.deepEqual(seen.splice(0), [{ metadata: { tenant: "blue", same: "as it came", servedby: "me" } }]);
  const refused = await ask(given, "bad");
  assert.deepEqual([refused.error?.code, refused.back], [status.ALREADY_EXISTS, {}]);
  seen.length = 0;

  const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`x-meta-n${index}`, "x"]));
  for (const tooMuch of [many, { "x-meta-large": "x".repeat(4_096) }]) {
    const { error } = await ask(tooMuch);
    assert.deepEqual(error?.metadata.get("x-error-code"), ["MALFORMED_REQUEST"]);
  }
  assert.deepEqual(seen, []);
});

test("when an operation fails, then the status is the table's, and code and data are in the trailing metadata", async (context) => {
  const { log, client, broker } = await start(context, {
    write: {
      params: { name: { type: "string", max: 5 }, data: "string" },
      expose: { grpc: write },
      handler: (ctx: Context<{ name: string }>) => {
        if (ctx.params.name === "odd") throw new Error("password=hunter2");
        if (ctx.params.name === "huge")
          throw new CodedError("CONFLICT", "é".repeat(5_000), { data: "x".repeat(9_000) });
        throw new CodedError("CONFLICT", "schon da: \u{1F600}", { data: { id: 7 } });
      },
    },
  });
  const { error } = await ended((callback) => log.WriteLog({ logEntry: { name: "a", data: "" } }, callback as never));
  assert.equal(error?.code, status.ALREADY_EXISTS);
  assert.equal(error?.details, "schon da: \u{1F600}");
  assert.deepEqual(error?.metadata.get("x-error-code"), ["CONFLICT"]);
  assert.deepEqual(JSON.parse(String(error?.metadata.get("x-error-data-bin")[0])), { id: 7 });

  const refused = (params: object) =>
    client.call("logger.write", params, call()).then(
      () => assert.fail("it was not refused"),
      (failure: CodedError) => failure,
    );
  const conflict = await refused({ name: "a", data: "" });
  assert.equal(conflict.type, "CONFLICT");
  assert.deepEqual(conflict.data, { id: 7 });
  assert.equal(conflict.nodeID, broker.nodeID);
  const invalid = await refused({ name: "longer than five", data: "" });
  assert.equal(invalid.type, "VALIDATION_FAILED");
  assert.match(invalid.message, /"name"/);
  const missing = await refused({ data: "" });
  assert.equal(missing.message, 'The "name" field is required.');
  const internal = await refused({ name: "odd", data: "" });
  assert.equal(internal.type, "INTERNAL");
  assert.doesNotMatch(internal.message, /hunter2/);
  const huge = await refused({ name: "huge", data: "" });
  assert.equal(huge.type, "CONFLICT", "what is too long for metadata is cut, the error is still the error");
  assert.equal(client.counters.errors, 5);
});

test("when the deadline passes, then TIMEOUT, and the action is told to stop", async (context) => {
  const stopped: unknown[] = [];
  const { client } = await start(context, { write: { expose: { grpc: write }, handler: untilGivenUp(stopped) } });
  const begun = performance.now();
  await assert.rejects(client.call("logger.write", { name: "a", data: "" }, call(150)), isCoded("TIMEOUT"));
  assert.ok(performance.now() - begun < 3_000);
  await eventually(() => stopped[0]);
});

test("when the caller has no deadline, then REQUEST_TIMEOUT is one", async (context) => {
  const stopped: CodedError[] = [];
  const actions = { write: { expose: { grpc: write }, handler: untilGivenUp(stopped) } };
  const { log } = await start(context, actions, { REQUEST_TIMEOUT: "150" });
  const { error } = await ended((callback) => log.WriteLog({ logEntry: { name: "a" } }, callback as never));
  assert.equal(error?.code, status.DEADLINE_EXCEEDED);
  assert.deepEqual(error?.metadata.get("x-error-code"), ["TIMEOUT"]);
  assert.equal((await eventually(() => stopped[0])).type, "TIMEOUT");
});

test("when the caller cancels, then CANCELLED, and the action is told to stop", async (context) => {
  const stopped: CodedError[] = [];
  const begun: number[] = [];
  const { client } = await start(context, {
    write: { expose: { grpc: write }, handler: untilGivenUp(stopped, begun) },
  });
  const abort = new AbortController();
  const answer = client.call("logger.write", { name: "a", data: "" }, { ...call(), signal: abort.signal });
  await eventually(() => begun[0]);
  abort.abort();
  await assert.rejects(answer, isCoded("CANCELLED"));
  assert.equal((await eventually(() => stopped[0])).type, "CANCELLED");
});

test("when a call waits for its turn and is given up, then it is never begun", async (context) => {
  const begun: number[] = [];
  const stopped: unknown[] = [];
  const bulkhead = { enabled: true, concurrency: 1, maxQueueSize: 10 };
  const { client } = await start(context, {
    write: { bulkhead, expose: { grpc: write }, handler: untilGivenUp(stopped, begun) },
  });
  const entry = { name: "a", data: "" };
  const first = client.call("logger.write", entry, call(400));
  await eventually(() => begun[0]);
  const second = client.call("logger.write", entry, call(100));
  await assert.rejects(second, isCoded("TIMEOUT"));
  await assert.rejects(first, isCoded("TIMEOUT"));
  await delay(100);
  assert.equal(begun.length, 1);
});

test("when a message is too large, either way, then it is refused and the connection serves on", async (context) => {
  const actions = { write: { expose: { grpc: write }, handler: () => ({ id: "1" }) } };
  const { log, client } = await start(context, actions, { BODY_LIMIT: "1000" });
  const { error } = await ended((callback) =>
    log.WriteLog({ logEntry: { name: "a", data: "x".repeat(1_000) } }, callback as never),
  );
  assert.equal(error?.code, status.RESOURCE_EXHAUSTED);
  const large = { name: "a", data: "x".repeat(1_000) };
  await assert.rejects(client.call("logger.write", large, call()), isCoded("BODY_TOO_LARGE"));
  assert.deepEqual((await client.call("logger.write", { name: "a", data: "" }, call())).value, { id: "1" });
});

test("when an rpc has no action, or an action no rpc, then UNIMPLEMENTED, or PROTOCOL_UNAVAILABLE", async (context) => {
  const { log, client } = await start(context, {
    write: { expose: { grpc: write }, handler: () => ({}) },
    secret: { handler: () => "x" },
  });
  const { error } = await ended((callback) => log.GetLog({ id: "1" }, callback as never));
  assert.equal(error?.code, status.UNIMPLEMENTED);
  await assert.rejects(client.call("logger.secret", {}, call()), isCoded("PROTOCOL_UNAVAILABLE"));
  await assert.rejects(client.call("nobody.there", {}, call()), isCoded("SERVICE_UNAVAILABLE"));
});

test("when an exposure is mistaken, then the node does not start, and one line says where and what", async (context) => {
  const handler = () => ({});
  const refuses = (actions: ServiceSchema["actions"], message: RegExp) =>
    assert.rejects(start(context, actions), (error) => error instanceof ConfigError && message.test(error.message));
  await refuses(
    { write: { expose: { grpc: "logs.LogService/WriteLgo" }, handler } },
    /^logger\.write: expose\.grpc: "logs\.LogService\/WriteLgo" is in no \.proto; there are logs\.LogService\/WriteLog,/,
  );
  await refuses({ write: { expose: { grpc: "nothing" }, handler } }, /"nothing" is in no \.proto; .*auth\.AuthService/);
  await refuses(
    { write: { expose: { grpc: { rpc: "logs.LogService/WriteLog", params: "entry" } }, handler } },
    /^logger\.write: expose\.grpc: the request of logs\.LogService\/WriteLog has no "entry"$/,
  );
  await refuses(
    { write: { expose: { grpc: write }, handler }, other: { expose: { grpc: write }, handler } },
    /^logger\.other: expose\.grpc: logs\.LogService\/WriteLog is logger\.write's already$/,
  );
});

test("when the port is taken, then the node does not start and says which", async (context) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  context.after(() => other.close());
  const port = (other.address() as { port: number }).port;
  await assert.rejects(
    start(context, { write: { expose: { grpc: write }, handler: () => ({}) } }, { LOGGER_GRPC_PORT: String(port) }),
    (error: { code?: string; port?: number }) => error.code === "EADDRINUSE" && error.port === port,
  );
});

test("health: each service is what the node's readiness is, and NOT_SERVING once it drains", async (context) => {
  const { broker, address, stop } = await start(context, { write: { expose: { grpc: write }, handler: () => ({}) } });
  let isWell = true;
  nodeOf(broker).health.add("database", () => {
    if (!isWell) throw new Error("away");
  });
  const health = healthClient(address);
  context.after(() => health.close());
  const check = (service: string) => ended<{ status: string }>((callback) => health.check({ service }, callback));
  assert.equal((await check("")).response?.status, "SERVING");
  assert.equal((await check("logs.LogService")).response?.status, "SERVING");
  assert.equal((await check("made.Up")).error?.code, status.NOT_FOUND);
  const seen: string[] = [];
  const watched = (async () => {
    for await (const { status: now } of health.watch({ service: "logs.LogService" })) seen.push(now);
  })();
  await eventually(() => seen[0]);
  isWell = false;
  assert.equal((await check("logs.LogService")).response?.status, "NOT_SERVING");
  await eventually(() => seen[1]);
  isWell = true;
  await eventually(() => seen[2]);
  await stop();
  await watched;
  assert.deepEqual(seen, ["SERVING", "NOT_SERVING", "SERVING", "NOT_SERVING"]);
});

test("reflection: a client that has no .proto finds the service, its messages, and calls it", async (context) => {
  const { address } = await start(context, {
    write: { expose: { grpc: write }, handler: (ctx: Context<{ name: string }>) => ({ id: ctx.params.name }) },
  });
  for (const version of ["v1", "v1alpha"] as const) {
    const reflection = new ReflectionClient(address, version);
    assert.deepEqual((await reflection.services()).sort(), ["grpc.health.v1.Health", "logs.LogService"]);
    const log = await reflection.clientOf("logs.LogService");
    const { response } = await ended(
      (callback) => log.WriteLog?.({ logEntry: { name: version, data: "" } }, callback) as never,
    );
    assert.deepEqual(response, { result: "logged!", id: version });
    log.close();
    reflection.close();
  }
});

test("when the mesh says that a node is gone, then who waits for its answer hears so at once", async (context) => {
  const begun: number[] = [];
  const handler = untilGivenUp([], begun);
  const { client, broker } = await start(context, { write: { expose: { grpc: write }, handler } });
  const hanging = client.call("logger.write", { name: "a", data: "" }, call(60_000));
  await eventually(() => begun[0]);
  broker.localBus.emit("$node.disconnected", { node: { metadata: broker.metadata } });
  await assert.rejects(hanging, isCoded("SERVICE_UNAVAILABLE", /gone/));
});
