import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import type { Service } from "moleculer";
import type { NodeName } from "../../config/entry.ts";
import { ConfigError, loadConfig } from "../../config/load.ts";
import type { CodedError } from "../../errors/index.ts";
import { type Node, startNode } from "../../node/node.ts";
import { GrpcClient } from "../../protocols/grpc/client.ts";
import { rpcNames } from "../../protocols/grpc/definitions.ts";
import { mappingsOf } from "../../protocols/grpc/mapping.ts";
import { eventually } from "../support/eventually.ts";
import { authClient, ended, logClient, ReflectionClient } from "../support/grpc.ts";
import { call, isCoded } from "../support/grpc-node.ts";
import { post } from "../support/post.ts";
import { storedLogs } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
let client: GrpcClient;
before(async () => {
  system = await startSystem(["gateway", "auth", "logger", "mailer"]);
  client = new GrpcClient(nodeNamed("gateway").broker);
});
after(async () => {
  await client?.close();
  await system?.stop();
});

const nodeNamed = (name: NodeName): Node => system.nodes[name] ?? assert.fail(`no ${name}`);
const serviceOf = (name: NodeName): Service => nodeNamed(name).broker.getLocalService(name);
const addressOf = (node: Node): string =>
  new URL((node.broker.metadata as { endpoints: { grpc: string } }).endpoints.grpc).host;
const stored = async (name: string) => (await storedLogs(system)).filter((entry) => entry.name === name);
const refusal = (operation: string, params: object, options = call()): Promise<CodedError> =>
  client.call(operation, params, options).then(
    () => assert.fail("it was not refused"),
    (error: CodedError) => error,
  );

test("when an entry goes over gRPC, by /handle or its own route, then it is stored, and the answer is the contract's", async () => {
  const log = { name: "over gRPC", data: "\0é\u{1F600} \u{FEFF}" };
  const handled = await post(system.url("gateway", "/handle"), { action: "log", via: "grpc", log });
  assert.equal(handled.status, 202);
  assert.equal(handled.body.message, "Processed payload via RPC: over gRPC");
  assert.equal(handled.headers.get("x-via"), "grpc");
  assert.equal(handled.headers.get("x-node"), nodeNamed("logger").broker.nodeID);
  assert.match(handled.headers.get("server-timing") ?? "", /^logger;dur=[\d.]+;desc="logger.*", grpc;dur=/);
  const routed = await post(system.url("gateway", "/log-grpc"), { action: "log", log });
  assert.deepEqual([routed.status, routed.body.message], [202, "logged"]);
  const entries = await stored("over gRPC");
  assert.equal(entries.length, 2);
  for (const entry of entries) {
    assert.deepEqual([entry.data, entry.source, entry.via], [log.data, "gateway", "grpc"]);
  }
  assert.equal(entries[0]?.request_id, handled.headers.get("x-request-id"));
});

test("when a login or a mail goes over gRPC, then what comes back is what the mesh gives", async () => {
  const over = (via: string, body: object) => post(system.url("gateway", "/handle"), { via, ...body });
  const login = (password: string) => ({ action: "auth", auth: { email: "admin@example.com", password } });
  const bodies = [
    login("verysecret"),
    login("wrong"),
    { action: "auth", auth: {} },
    { action: "log", log: { name: 1 } },
  ];
  for (const body of [...bodies, { action: "mail", mail: { to: "no address", subject: "a", message: "b" } }]) {
    const [typed, plain] = [await over("grpc", body), await over("mesh", body)];
    assert.equal(typed.status, plain.status, JSON.stringify(typed.body));
    assert.deepEqual({ ...typed.body, data: undefined }, { ...plain.body, data: undefined });
  }
  const [typed, plain] = [await over("grpc", login("verysecret")), await over("mesh", login("verysecret"))];
  assert.deepEqual(typed.body.data, plain.body.data);
});

test("every rpc has an action, and a request takes just the parameters that its action takes", () => {
  const served = (["auth", "logger", "mailer"] as const).flatMap((name) =>
    Object.entries(serviceOf(name).schema.actions ?? {}).flatMap(([action, schema]) =>
      typeof schema === "object" && schema.expose
        ? mappingsOf(`${name}.${action}`, schema.expose).map((mapping) => ({ mapping, schema }))
        : [],
    ),
  );
  assert.deepEqual(
    served.map(({ mapping }) => mapping.rpc).sort(),
    rpcNames()
      .filter((name) => !/^(grpc|lab)\./.test(name))
      .sort(),
  );
  for (const { mapping, schema } of served) {
    const params = (schema.params ?? {}) as Record<string, { optional?: boolean; default?: unknown }>;
    assert.deepEqual([...mapping.paramFields.keys()].sort(), Object.keys(params).sort(), mapping.rpc);
    for (const [name, { implicit, repeated, kind }] of mapping.paramFields) {
      const { optional = false, default: fallback } = params[name] ?? {};
      if (!repeated && kind !== "values")
        assert.equal(implicit, !optional && fallback === undefined, `${mapping.rpc} ${name}`);
    }
  }
});

test("when the original's client calls, with its own two messages, then it is served", async (context) => {
  const original = new Client(addressOf(nodeNamed("logger")), credentials.createInsecure());
  context.after(() => original.close());
  // LogRequest{logEntry: Log{name: "a", data: ""}} as Go encodes it: what is empty is not sent.
  const request = Buffer.from([0x0a, 0x03, 0x0a, 0x01, 0x61]);
  const same = (bytes: Buffer) => bytes;
  const { response } = await ended<Buffer>((callback) =>
    original.makeUnaryRequest("/logs.LogService/WriteLog", same, same, request, callback as never),
  );
  assert.deepEqual(response?.subarray(0, 9), Buffer.concat([Buffer.from([0x0a, 7]), Buffer.from("logged!")]));
  const { error } = await ended<Buffer>((callback) =>
    original.makeUnaryRequest("/logs.LogService/WriteLog", same, same, Buffer.alloc(0), callback as never),
  );
  assert.equal(error?.code, status.INVALID_ARGUMENT);
  const { error: garbled } = await ended<Buffer>((callback) =>
    original.makeUnaryRequest("/logs.LogService/WriteLog", same, same, Buffer.from([0x0a, 0xff]), callback as never),
  );
  assert.ok(garbled !== undefined);
  assert.equal(
    (
      await ended((callback) =>
        original.makeUnaryRequest("/logs.LogService/Nothing", same, same, request, callback as never),
      )
    ).error?.code,
    status.UNIMPLEMENTED,
  );
});

test("when the gateway has no certificate to show, then it does not start, and one line says so", async () => {
  const config = loadConfig({ ...system.environment, GRPC_TLS: "mutual" }, ["gateway"]);
  const started = startNode(["gateway"], config).then(({ stop }) => stop());
  await assert.rejects(
    started,
    (error) => error instanceof ConfigError && /^GRPC_TLS_CERT: not set/.test(error.message),
  );
});

test("when a client has only reflection, then it finds each node's service and calls it", async (context) => {
  for (const [node, service] of [
    ["auth", "auth.AuthService"],
    ["logger", "logs.LogService"],
    ["mailer", "mail.MailService"],
  ] as const) {
    const reflection = new ReflectionClient(addressOf(nodeNamed(node)));
    context.after(() => reflection.close());
    assert.ok((await reflection.services()).includes(service));
    const found = await reflection.clientOf(service);
    context.after(() => found.close());
    if (node !== "mailer") continue;
    const { response } = await ended<{ templates: { name: string }[] }>(
      (callback) => found.Templates?.({}, callback) as never,
    );
    assert.ok(response?.templates.some(({ name }) => name === "welcome"));
  }
});

test("when entries are streamed to the log, then all are stored, and who tails it reads those that are wanted", async (context) => {
  const log = logClient(addressOf(nodeNamed("logger")));
  context.after(() => log.close());
  const read: string[] = [];
  const tail = log.TailLogs({ name: "streamed" });
  tail.on("data", ({ entry }: { entry: { data: string } }) => read.push(entry.data));
  tail.on("error", () => undefined);
  await delay(200);
  await client.call("logger.write", { name: "another", data: "x" }, call());
  const each = Array.from({ length: 50 }, (_, index) => ({ name: "streamed", data: `n${index}` }));
  assert.equal((await client.stream("logger.write", each, call())).value, 50);
  assert.equal((await stored("streamed")).length, 50);
  await eventually(() => read.length >= 50 || undefined);
  assert.deepEqual(read.sort(), each.map(({ data }) => data).sort());
  tail.cancel();
  const { tails } = serviceOf("logger") as unknown as { tails: { size: number } };
  await eventually(() => tails.size === 0 || undefined);
});

test("when it is too large, too late, cancelled, or not there, then the error says which", async () => {
  const large = { name: "large", data: "x".repeat(1_048_577) };
  assert.equal((await refusal("logger.write", large)).type, "BODY_TOO_LARGE");
  const maximal = { name: "n".repeat(1_024), data: "x".repeat(1_000_000) };
  assert.ok(((await client.call("logger.write", maximal, call())).value as { id: string }).id);
  const begun = performance.now();
  assert.equal((await refusal("auth.authenticate", { email: "a", password: "b" }, call(100))).type, "TIMEOUT");
  assert.ok(performance.now() - begun < 3_000);
  const options = { ...call(), signal: AbortSignal.timeout(50) };
  assert.equal((await refusal("auth.authenticate", { email: "a", password: "b" }, options)).type, "CANCELLED");
  assert.equal((await refusal("logger.nothing", {})).type, "SERVICE_UNAVAILABLE");
  assert.equal((await refusal("gateway.rest", {})).type, "SERVICE_UNAVAILABLE");
});

test("when there are replicas, then they share evenly; one that leaves or dies is dropped and nothing is lost", async () => {
  const more = { ...system.environment, AUTH_PORT: "0", AUTH_GRPC_PORT: "0", AUTH_JSON_RPC_PORT: "0" };
  const second = await startNode(["auth"], loadConfig(more, ["auth"]));
  await second.joined;
  const served = new Map<string, number>();
  const login = async (count: number) => {
    served.clear();
    for (let index = 0; index < count; index++) {
      const { node = "" } = await client.call("auth.findUser", { email: "admin@example.com" }, call());
      served.set(node, (served.get(node) ?? 0) + 1);
    }
  };
  await eventually(async () => {
    await login(2);
    return served.size === 2 || undefined;
  });
  await login(20);
  assert.deepEqual([...served.values()], [10, 10]);

  let failed = 0;
  let stopping = true;
  const work = (async () => {
    while (stopping) {
      const each = Array.from({ length: 4 }, () => client.call("auth.listUsers", {}, call()));
      for (const result of await Promise.allSettled(each)) if (result.status === "rejected") failed++;
    }
  })();
  await delay(100);
  await second.stop();
  await delay(100);
  stopping = false;
  await work;
  assert.equal(failed, 0, "calls were lost while a replica left");
  await login(4);
  assert.equal(served.size, 1);
});

test("a request id and a wrong password go both ways for any client", async (context) => {
  const auth = authClient(addressOf(nodeNamed("auth")));
  context.after(() => auth.close());
  const metadata = new Metadata();
  metadata.set("x-request-id", "from-afar");
  const given = { email: "admin@example.com", password: "wrong" };
  const { error } = await ended((callback) => auth.Authenticate(given, metadata, callback as never));
  assert.equal(error?.code, status.UNAUTHENTICATED);
  assert.equal(error?.details, "invalid credentials");
  assert.deepEqual(error?.metadata.get("x-error-code"), ["INVALID_CREDENTIALS"]);
  assert.deepEqual(error?.metadata.get("x-request-id"), ["from-afar"]);
});

test("when the only node that serves an operation is gone, then SERVICE_UNAVAILABLE at once", async () => {
  await system.nodes.mailer?.stop();
  const begun = performance.now();
  await assert.rejects(client.call("mailer.templates", {}, call()), isCoded("SERVICE_UNAVAILABLE"));
  assert.ok(performance.now() - begun < 3_000);
  const mail = { from: "a@example.com", to: "b@example.com", subject: "a", message: "b" };
  const reply = await post(system.url("gateway", "/handle"), { action: "mail", via: "grpc", mail });
  assert.deepEqual([reply.status, reply.body.code], [503, "SERVICE_UNAVAILABLE"]);
});
