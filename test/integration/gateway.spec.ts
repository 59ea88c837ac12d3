import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { send } from "../support/http.ts";
import { storedLogs } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
before(async () => {
  system = await startSystem();
});
after(() => system?.stop());

const at = (path: string) => system.url("gateway", path);
const handle = (body: unknown) => send(at("/handle"), { method: "POST", body });
const login = { action: "auth", auth: { email: "admin@example.com", password: "verysecret" } };
const log = () => storedLogs(system);
const logged = (isMeant: (entry: Record<string, unknown>) => boolean) =>
  eventually(async () => (await log()).find(isMeant));
const nodeOf = (name: keyof System["nodes"]) => system.nodes[name]?.broker.nodeID;

test("when the root is asked, by GET or POST, then it is received and the log has the client's address", async () => {
  for (const method of ["GET", "POST"]) {
    const reply = await send(at("/"), { method });
    assert.equal(reply.status, 202);
    assert.deepEqual(reply.body, { error: false, message: "Received request" });
    assert.equal(reply.headers.get("x-node"), nodeOf("gateway"));
  }
  await logged(({ name, data }) => name === "broker_hit" && data === "127.0.0.1");
});

test("when an operation is done, then the answer tells the protocol, the node and the hops", async () => {
  const { status, headers } = await handle(login);
  assert.equal(status, 202);
  assert.equal(headers.get("x-via"), "mesh");
  assert.equal(headers.get("x-node"), nodeOf("auth"));
  assert.match(
    headers.get("server-timing") ?? "",
    /^auth;dur=[\d.]+;desc="auth[\w.:-]+", mesh;dur=[\d.]+, gateway;dur=[\d.]+$/,
  );
});

test("when an operation is refused, then that too tells the node, and the log of the login", async () => {
  const auth = { email: "admin@example.com", password: "not it" };
  const { status, headers } = await handle({ action: "auth", auth });
  assert.equal(status, 401);
  assert.equal(headers.get("x-via"), "mesh");
  assert.equal(headers.get("x-node"), nodeOf("auth"));
  await logged(({ name, data }) => name === "authentication" && data === "invalid login for admin@example.com");
});

test("when an action goes over REST, then the service's own port serves it and it is done", async () => {
  const reply = await handle({ action: "log", via: "rest", log: { name: "rested", data: "over its own port" } });
  assert.equal(reply.status, 202);
  assert.equal(reply.body.message, "Processed payload via RPC: rested");
  assert.equal(reply.headers.get("x-via"), "rest");
  assert.equal(reply.headers.get("x-node"), nodeOf("logger"));
  assert.match(reply.headers.get("server-timing") ?? "", /^logger;dur=.*, rest;dur=/);
  const entry = await logged(({ name }) => name === "rested");
  assert.equal(entry.data, "over its own port");
  assert.equal(entry.source, "gateway");

  const auth = await handle({ ...login, via: "rest" });
  assert.equal(auth.status, 202);
  assert.equal((auth.body.data as { email: string }).email, "admin@example.com");
  const wrong = await handle({ action: "auth", via: "rest", auth: { email: "nobody@example.com", password: "x" } });
  assert.equal(wrong.status, 401);
  assert.deepEqual(wrong.body, { error: true, message: "invalid credentials", code: "INVALID_CREDENTIALS" });
});

test("when a log goes over a protocol of its own route, then it is stored, and the answer names the protocol", async () => {
  for (const [route, via] of Object.entries({
    rest: "rest",
    rpc: "json-rpc",
    grpc: "grpc",
    amqp: "amqp",
    mesh: "mesh",
  })) {
    const body = { action: "log", log: { name: `log-${route}`, data: "x" } };
    const reply = await send(at(`/log-${route}`), { method: "POST", body });
    assert.equal(reply.status, 202);
    assert.equal(reply.body.message, "logged");
    assert.equal(reply.headers.get("x-via"), via);
    await logged(({ name }) => name === `log-${route}`);
  }
});

test("when a client claims to be somebody else's source or id, then that is ignored", async () => {
  await handle({ action: "log", log: { name: "claimed", data: "x", source: "auth", event_id: "mine", via: "amqp" } });
  const entry = await logged(({ name }) => name === "claimed");
  assert.equal(entry.source, "gateway");
  assert.notEqual(entry.event_id, "mine");
});

test("when a field is missing or wrong, then 400 names it", async () => {
  const cases: [object, string, RegExp][] = [
    [{}, "VALIDATION_FAILED", /"action"/],
    [{ action: 7 }, "VALIDATION_FAILED", /"action"/],
    [{ action: "fly" }, "UNKNOWN_ACTION", /^unknown action$/],
    [{ action: "constructor" }, "UNKNOWN_ACTION", /^unknown action$/],
    [{ action: "log" }, "VALIDATION_FAILED", /"log"/],
    [{ action: "log", log: [] }, "VALIDATION_FAILED", /"log"/],
    [{ action: "log", log: { name: "a" } }, "VALIDATION_FAILED", /"data"/],
    [{ action: "log", log: { name: 1, data: "b" } }, "VALIDATION_FAILED", /"name"/],
    [{ action: "log", via: "rest", log: { name: "a" } }, "VALIDATION_FAILED", /"data"/],
    [{ action: "log", via: "pigeon", log: { name: "a", data: "b" } }, "VALIDATION_FAILED", /"via"/],
    [{ action: "auth", auth: { email: "a@example.com" } }, "VALIDATION_FAILED", /"password"/],
    [{ action: "mail", mail: { to: "nowhere", subject: "a", message: "b" } }, "VALIDATION_FAILED", /"to"/],
  ];
  for (const [body, code, message] of cases) {
    const reply = await handle(body);
    assert.equal(reply.status, 400, JSON.stringify(body));
    assert.equal(reply.body.code, code);
    assert.match(reply.body.message, message);
  }
});

test("when a route is unknown or the method is wrong, then 404 and 405 in the envelope", async () => {
  const missing = await send(at("/nothing/here"), { method: "POST", body: {} });
  assert.equal(missing.status, 404);
  assert.equal(missing.body.code, "NOT_FOUND");
  for (const [method, path, allowed] of [
    ["GET", "/handle", "POST, OPTIONS"],
    ["POST", "/logs", "DELETE, GET, HEAD, OPTIONS"],
    ["PUT", "/", "GET, POST, HEAD, OPTIONS"],
    ["POST", "/ping", "GET, HEAD"],
  ] as const) {
    const reply = await send(at(path), { method });
    assert.equal(reply.status, 405, `${method} ${path}`);
    assert.equal(reply.body.code, "METHOD_NOT_ALLOWED");
    const sorted = (header: string | null) => header?.split(", ").sort().join(", ");
    assert.equal(sorted(reply.headers.get("allow")), sorted(allowed));
  }
  const head = await send(at("/"), { method: "HEAD" });
  assert.equal(head.status, 202);
});

test("when a request has an id, then it is kept if it is a decent one, and the log entry has it", async () => {
  const body = { action: "log", log: { name: "with an id", data: "x" } };
  const kept = await send(at("/handle"), { method: "POST", body, headers: { "X-Request-Id": "my-id.7" } });
  assert.equal(kept.headers.get("x-request-id"), "my-id.7");
  assert.equal((await logged(({ name }) => name === "with an id")).request_id, "my-id.7");
  for (const id of ["a".repeat(129), "with blanks", "<script>"]) {
    const replaced = await send(at("/"), { headers: { "X-Request-Id": id, "X-Correlation-Id": id } });
    assert.match(replaced.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  }
});

test("when something is answered, then nothing may sniff, frame or keep it", async () => {
  const { headers } = await send(at("/"));
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("cache-control"), "no-store");
  assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'; frame-ancestors 'none'/);
  assert.equal(headers.get("referrer-policy"), "no-referrer");
});

test("when the metrics are asked for, then requests are counted by route, never by what a client wrote", async () => {
  await handle(login);
  await send(at("/made-up-by-a-client"));
  const response = await fetch(at("/metrics"));
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  for (const line of [
    /^http_requests\{.*method="POST",route="\/handle",status="202"\} \d+$/m,
    /^http_request_duration_bucket\{.*route="\/handle",le="\+Inf"\} \d+$/m,
    /^process_eventloop_delay_p99\{.*\} [\d.]+$/m,
    /^process_memory_rss\{.*\} \d+$/m,
    /^gateway_streams\{.*\} 0$/m,
  ]) {
    assert.ok(line.test(text), `no line like ${line}`);
  }
  assert.ok(!text.includes("made-up-by-a-client"));
});
