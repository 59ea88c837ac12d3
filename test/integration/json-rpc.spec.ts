import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { CodedError } from "../../errors/index.ts";
import { startNode } from "../../node/node.ts";
import { JsonRpcClient } from "../../protocols/json-rpc/client.ts";
import type { WithJsonRpc } from "../../protocols/json-rpc/server.mixin.ts";
import { eventually } from "../support/eventually.ts";
import { send } from "../support/http.ts";
import { RawJsonRpc, type RpcAnswer } from "../support/raw-json-rpc.ts";
import { needs } from "../support/require.ts";
import { storedLogs } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";

const run = promisify(execFile);
const python = ["/usr/bin/python3", "/usr/local/bin/python3"].find(existsSync);

let system: System;
let client: JsonRpcClient;
before(async () => {
  system = await startSystem(["auth", "gateway", "logger", "mailer"]);
  client = new JsonRpcClient(gateway().broker);
});
after(async () => {
  await client?.close();
  await system?.stop();
});

type Name = "auth" | "logger" | "mailer";
const gateway = () => {
  const node = system.nodes.gateway;
  assert.ok(node);
  return node;
};
const server = (name: Name) => {
  const service: unknown = system.nodes[name]?.broker.getLocalService(name);
  return (service as WithJsonRpc).jsonRpc;
};
const port = (name: Name) => server(name).port;
const options = (requestId = "json-rpc-spec", deadline = 5_000) => ({ requestId, deadline });
const call = (operation: string, params: object, deadline?: number) =>
  client.call(operation, params, options(undefined, deadline));
const code = (expected: string) => (error: unknown) => error instanceof CodedError && error.type === expected;
const stored = async (name: string) => (await storedLogs(system)).filter((entry) => entry.name === name);
const rpc = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(system.url("logger", "/rpc"), {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

test("when an entry is written over JSON-RPC, then it is stored with the request's id, and the node is told", async () => {
  const data = 'é 日本 🎉 "\\\u0000\u001f\u2028 \ud83d }{][ ';
  const { value, node, took } = await client.call("logger.write", { name: "rpc", data }, options("rpc-id.1"));
  assert.equal(node, system.nodes.logger?.broker.nodeID);
  assert.ok((took ?? -1) >= 0);
  const [entry] = await stored("rpc");
  assert.equal(entry?.data, data.toWellFormed());
  assert.equal(entry?.request_id, "rpc-id.1");
  assert.equal(String(entry?._id), (value as { id: string }).id);
  const got = await call("logger.get", value as object);
  assert.equal((got.value as { data: string }).data, data.toWellFormed());
});

test("when the empty and the largest value are written, then they come back as they are; beyond it is too large", async () => {
  for (const length of [0, 1_000_000]) {
    const { value } = await call("logger.write", { name: `length ${length}`, data: "x".repeat(length) });
    const got = await call("logger.get", value as object);
    assert.equal((got.value as { data: string }).data.length, length);
  }
  await assert.rejects(call("logger.write", { name: "huge", data: "x".repeat(1 << 20) }), code("BODY_TOO_LARGE"));
  assert.deepEqual(await stored("huge"), []);
});

test("when something is wrong, then it is the coded error of every protocol", async () => {
  const wrong = { email: "admin@example.com", password: "wrong" };
  const cases: [string, object, string, RegExp][] = [
    ["auth.authenticate", wrong, "INVALID_CREDENTIALS", /^invalid credentials$/],
    ["logger.write", { name: "x" }, "VALIDATION_FAILED", /"data"/],
    ["logger.write", { name: 7, data: "x" }, "VALIDATION_FAILED", /"name"/],
    ["logger.get", { id: "none" }, "NOT_FOUND", /none/],
    ["mailer.send", { to: "nowhere", subject: "a", message: "b" }, "VALIDATION_FAILED", /"to"/],
    ["logger.nothing", {}, "SERVICE_UNAVAILABLE", /no node/],
    ["listener.resend", {}, "SERVICE_UNAVAILABLE", /no node/],
    ["$node.list", {}, "PROTOCOL_UNAVAILABLE", /not served over JSON-RPC/],
  ];
  for (const [operation, params, type, message] of cases) {
    const error = await call(operation, params).then(
      () => assert.fail(`${operation} went well`),
      (thrown: CodedError) => thrown,
    );
    assert.equal(error.type, type, `${operation}: ${error.message}`);
    assert.match(error.message, message);
    if (error.code < 500) assert.match(String(error.nodeID), new RegExp(`^${operation.split(".")[0]}`));
  }
  const { value } = await call("auth.authenticate", { ...wrong, password: "verysecret" });
  assert.equal((value as { email: string }).email, "admin@example.com");
  assert.ok(!JSON.stringify(value).includes("password"));
});

test("when the time is too short, then TIMEOUT; when the caller gives up, then CANCELLED", async () => {
  await call("logger.list", {});
  const late = client.call("auth.authenticate", { email: "a@example.com", password: "x" }, options("late", 1));
  await assert.rejects(late, code("TIMEOUT"));
  const abort = new AbortController();
  const waits = client.call(
    "auth.authenticate",
    { email: "b@example.com", password: "x" },
    { ...options(), signal: abort.signal },
  );
  setImmediate(() => abort.abort());
  await assert.rejects(waits, code("CANCELLED"));
  assert.ok((await call("logger.list", {})).value);
});

test("when many calls are under way, then they share a connection, and are counted", async () => {
  const { calls, errors } = client.counters;
  const writes = Array.from({ length: 300 }, (_, n) => call("logger.write", { name: "many", data: String(n) }));
  const ids = (await Promise.all(writes)).map(({ value }) => (value as { id: string }).id);
  assert.equal(new Set(ids).size, 300);
  assert.equal((await stored("many")).length, 300);
  assert.deepEqual([client.counters.calls, client.counters.errors], [calls + 300, errors]);
  assert.equal(server("logger").connections, 1);
  const metrics = await (await fetch(system.url("logger", "/metrics"))).text();
  assert.match(metrics, /^jsonrpc_connections\{.*\} 1$/m);
  assert.match(metrics, /^jsonrpc_calls\{.*\} [1-9]\d*$/m);
});

test("when it comes over HTTP, then 200 with the answer, 204 for notifications, and no page may call", async () => {
  const write = { jsonrpc: "2.0", method: "logger.write", params: { name: "http", data: "x" } };
  const one = await rpc({ ...write, id: 1 }, { "X-Request-Id": "over-http" });
  assert.equal(one.status, 200);
  assert.equal(one.headers.get("content-type"), "application/json");
  assert.equal(((await one.json()) as RpcAnswer).id, 1);
  assert.equal((await stored("http"))[0]?.request_id, "over-http");
  const none = await rpc([write, write]);
  assert.equal(none.status, 204);
  assert.equal((await stored("http")).length, 3);
  const go1 = await rpc({ method: "RPCServer.LogInfo", params: [{ name: "http", data: "y" }], id: 3 });
  assert.deepEqual(await go1.json(), { id: 3, result: "Processed payload via RPC: http", error: null });
  for (const [body, expected] of [
    ['{"a":', -32700],
    ["", -32700],
    ["[]", -32600],
    [`"${"x".repeat(1 << 20)}"`, -32013],
  ] as const) {
    const reply = await rpc(body);
    assert.equal(reply.status, 200);
    assert.equal(((await reply.json()) as RpcAnswer).error?.code, expected);
  }
  const page = await rpc({ ...write, id: 9 }, { Origin: "https://elsewhere.example" });
  assert.equal(page.status, 403);
  assert.equal((await send(system.url("logger", "/rpc"))).status, 405);
});

test("when Go's net/rpc/jsonrpc calls, then it is understood, and so are many calls at once", {
  skip: needs("go"),
}, async () => {
  const file = new URL("../support/json-rpc-client.go", import.meta.url).pathname;
  const { stdout } = await run("go", ["run", file, `127.0.0.1:${port("logger")}`], { timeout: 120_000 });
  assert.deepEqual(stdout.trim().split("\n"), [
    "Processed payload via RPC: from Go",
    'The "data" field is required.',
    'there is no method "RPCServer.Nothing"',
    "50",
  ]);
  assert.equal((await stored("from Go"))[0]?.data, '日本 "quoted" \\ \n');
});

test("when Python writes to a bare socket, then line by line, cut and back to back are understood", {
  skip: !python && "no Python",
}, async () => {
  const script = `
import json, socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
r = s.makefile("r", encoding="utf-8")
def req(id, **params): return json.dumps({"jsonrpc": "2.0", "id": id, "method": "logger.write", "params": params}).encode()
s.sendall(req(1, name="python", data="caf\\u00e9 \\U0001f40d"))
print(json.loads(r.readline())["id"])
for byte in req(2, name="python", data="cut"):
    s.sendall(bytes([byte]))
s.sendall(b"\\r\\n" + req(3, name="python", data="a") + req(4, name="python", data="b") + b"\\n")
print(sorted(json.loads(r.readline())["id"] for _ in range(3)))
s.sendall(b"this is not JSON\\n")
print(json.loads(r.readline())["error"]["code"], repr(r.readline()))
`;
  const { stdout } = await run(python ?? "", ["-c", script, String(port("logger"))], { timeout: 20_000 });
  assert.deepEqual(stdout.trim().split("\n"), ["1", "[2, 3, 4]", "-32700 ''"]);
  assert.deepEqual((await stored("python")).map(({ data }) => data).sort(), ["a", "b", "café 🐍", "cut"]);
});

test("when the gateway is not told how, then log goes over JSON-RPC, and every action can", async () => {
  const handle = (body: object) => send(system.url("gateway", "/handle"), { method: "POST", body });
  const usual = await handle({ action: "log", log: { name: "usual", data: "x" } });
  assert.deepEqual([usual.status, usual.body.message], [202, "Processed payload via RPC: usual"]);
  assert.equal(usual.headers.get("x-via"), "json-rpc");
  assert.equal(usual.headers.get("x-node"), system.nodes.logger?.broker.nodeID);
  assert.match(usual.headers.get("server-timing") ?? "", /^logger;dur=.*, json-rpc;dur=/);
  assert.equal((await stored("usual"))[0]?.via, "json-rpc");
  const auth = { email: "admin@example.com", password: "verysecret" };
  assert.equal((await handle({ action: "auth", via: "json-rpc", auth })).body.message, "Authenticated!");
  const mail = { from: "me@example.com", to: "you@example.com", subject: "a", message: "b" };
  assert.equal(
    (await handle({ action: "mail", via: "json-rpc", mail })).body.message,
    "Message sent to you@example.com",
  );
});

test("when replicas serve, then they share the calls; when one leaves under load, then no call is lost", async () => {
  const others = await Promise.all([1, 2].map(() => startNode(["auth"], system.config)));
  try {
    await Promise.all(others.map(({ joined }) => joined));
    const find = () => call("auth.findUser", { email: "admin@example.com" });
    await eventually(
      async () => new Set((await Promise.all([1, 2, 3].map(find))).map(({ node }) => node)).size === 3 || undefined,
    );
    const served = (await Promise.all(Array.from({ length: 60 }, find))).map(({ node }) => node);
    for (const node of new Set(served)) assert.equal(served.filter((other) => other === node).length, 20);

    let isOver = false;
    const failures: unknown[] = [];
    let done = 0;
    const load = Array.from({ length: 8 }, async () => {
      while (!isOver)
        await find().then(
          () => done++,
          (error) => failures.push(error),
        );
    });
    await others[0]?.stop();
    isOver = true;
    await Promise.all(load);
    assert.ok(done > 0);
    assert.deepEqual(failures, []);
  } finally {
    await Promise.all(others.map((node) => node.stop()));
  }
});

test("when a node's connections break with calls in hand, then what must not be done twice fails at once as SERVICE_UNAVAILABLE, the rest is done", async () => {
  const raw = await RawJsonRpc.open(port("auth"));
  const pending = call("auth.createUser", { email: "broken@example.com", password: "long enough" });
  const repeated = call("auth.authenticate", { email: "admin@example.com", password: "verysecret" });
  await eventually(() => server("auth").inHand > 1 || undefined, 10_000, 1);
  server("auth").destroyConnections();
  await assert.rejects(pending, code("SERVICE_UNAVAILABLE"));
  await raw.closed;
  assert.ok((await repeated).value);
  assert.ok((await call("auth.findUser", { email: "admin@example.com" })).value);
});

test("when the service is gone, then SERVICE_UNAVAILABLE at once", async () => {
  await system.nodes.mailer?.stop();
  await eventually(async () => {
    const begun = performance.now();
    const gone = await call("mailer.list", {}).catch(code("SERVICE_UNAVAILABLE"));
    return (gone === true && performance.now() - begun < 3_000) || undefined;
  });
});
