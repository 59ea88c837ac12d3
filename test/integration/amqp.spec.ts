import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Mailbox } from "../../embedded/mailbox.ts";
import type { ProtocolClient } from "../../protocols/client.ts";
import type { Clients } from "../../services/gateway/clients.ts";
import { type PlainClient, plainClient } from "../support/amqp-client.ts";
import { eventually } from "../support/eventually.ts";
import { post } from "../support/post.ts";
import { storedLogs } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
let tutorial: PlainClient;
before(async () => {
  // In the default namespace, where other systems know the queues' names.
  system = await startSystem(["gateway", "auth", "logger", "mailer", "listener"], { NAMESPACE: "sixfold" });
  tutorial = await plainClient(system.config.rabbitUrl);
});
after(async () => {
  await tutorial?.stop();
  await system?.stop();
});

const login = { email: "admin@example.com", password: "verysecret" };
const logsNamed = async (name: string) => (await storedLogs(system)).filter((entry) => entry.name === name);
const nodeOf = (name: "logger" | "auth") => system.nodes[name]?.broker.nodeID;
const client = (): ProtocolClient => {
  const gateway: unknown = (system.nodes.gateway ?? assert.fail()).broker.getLocalService("gateway");
  return (gateway as { clients: Clients }).clients.over("amqp");
};
const call = (operation: string, params: object, deadline = 5_000) =>
  client().call(operation, params, { deadline, requestId: "from-the-test" });

test("when a client of RabbitMQ's tutorial writes to the log, then it is stored, and who did it and for whom is told", async () => {
  const reply = await tutorial.ask(
    "rpc.logger",
    { name: "tutorial", data: "Grüße 日本 💥" },
    { type: "logger.write", headers: { "x-request-id": "asked-1" } },
  );
  assert.deepEqual(Object.keys(reply.headers).sort(), ["x-node", "x-request-id", "x-took"]);
  assert.equal(reply.headers["x-node"], nodeOf("logger"));
  assert.equal(reply.headers["x-request-id"], "asked-1");
  assert.equal(typeof reply.headers["x-took"], "number");
  const [entry] = await logsNamed("tutorial");
  assert.equal(entry?.data, "Grüße 日本 💥");
  assert.equal(entry?.request_id, "asked-1");
  assert.equal(typeof reply.body.id, "string");
});

test("when a client can set no type, or has no queue for the reply, then a header names the operation, and direct reply-to does", async () => {
  const direct = await plainClient(system.config.rabbitUrl, { direct: true });
  const named = { headers: { "x-operation": "auth.authenticate" } };
  const right = await direct.ask("rpc.auth", login, named);
  assert.equal(right.body.email, login.email);
  assert.ok(!JSON.stringify(right.body).includes("password"));
  const wrong = await direct.ask("rpc.auth", { ...login, password: "wrong" }, named);
  assert.equal(wrong.headers["x-error-code"], "INVALID_CREDENTIALS");
  assert.deepEqual(wrong.body, {
    code: "INVALID_CREDENTIALS",
    message: "invalid credentials",
    node: nodeOf("auth"),
  });
  await direct.stop();
});

test("when a request is not in order, then the code says what is wrong, nothing is stored, and the next is served", async () => {
  const entry = { name: "refused", data: "x" };
  const write = { type: "logger.write" };
  const cases: [string, unknown, object, string, RegExp][] = [
    ["a tutorial's body alone", "30", {}, "VALIDATION_FAILED", /"type".*logger\.write/],
    ["an unknown operation", entry, { type: "logger.wrote" }, "UNKNOWN_ACTION", /logger\.wrote/],
    ["another service's operation", login, { type: "auth.authenticate" }, "UNKNOWN_ACTION", /rpc\.logger/],
    ["an operation that is not for AMQP", {}, { type: "logger.tail" }, "UNKNOWN_ACTION", /logger\.tail/],
    ["no body", "", write, "MALFORMED_BODY", /empty/],
    ["no JSON", "{name:1}", write, "MALFORMED_BODY", /not valid JSON/],
    ["no object", "[1]", write, "MALFORMED_BODY", /JSON object/],
    ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), write, "MALFORMED_BODY", /UTF-8/],
    ["too deep", `{"name":${"[".repeat(70)}${"]".repeat(70)}}`, write, "MALFORMED_BODY", /nested/],
    ["a missing field", { name: "refused" }, write, "VALIDATION_FAILED", /"data"/],
    ["a field of another type", { ...entry, data: 1 }, write, "VALIDATION_FAILED", /"data"/],
    ["too large", { ...entry, data: "x".repeat(system.config.bodyLimit) }, write, "BODY_TOO_LARGE", /1048576/],
  ];
  for (const [what, body, properties, code, says] of cases) {
    const reply = await tutorial.ask("rpc.logger", body, properties);
    assert.equal(reply.headers["x-error-code"], code, what);
    assert.equal(reply.body.code, code, what);
    assert.match(reply.body.message, says, what);
    assert.equal(reply.body.node, nodeOf("logger"), what);
  }
  assert.deepEqual(await logsNamed("refused"), []);
  assert.equal(
    (await tutorial.ask("rpc.logger", { ...entry, name: "next" }, write)).headers["x-error-code"],
    undefined,
  );
});

test("when a request is larger than any node takes, or the broker, then its caller is told so, and the connection serves on", async () => {
  for (const size of [2 << 20, 70 << 20]) {
    const written = call("logger.write", { name: "refused", data: "x".repeat(size) });
    await assert.rejects(written, { type: "BODY_TOO_LARGE", retryable: false });
  }
  assert.deepEqual(await logsNamed("refused"), []);
});

test("empty, binary-looking and the largest values come back as they went", async () => {
  const { bodyLimit } = system.config;
  const largest = "ä".repeat((bodyLimit - 100) / 2);
  for (const data of ["", "\u0000\u0001\u001f\u007f\u0080\ufffd", '"\\\r\n', largest]) {
    const written = await call("logger.write", { name: "values", data });
    const read = await call("logger.get", written.value as object);
    assert.equal((read.value as { data: string }).data, data);
    assert.equal(read.node, nodeOf("logger"));
    assert.equal(typeof read.took, "number");
  }
});

test("when a write comes twice with its message id, then it is stored once and answered the same", async () => {
  const ask = (messageId?: string) =>
    tutorial.ask("rpc.logger", { name: "twice", data: "x" }, { type: "logger.write", messageId });
  const [first, second] = [await ask("m-1"), await ask("m-1")];
  assert.equal(first.body.id, second.body.id);
  assert.equal((await logsNamed("twice")).length, 1);
  await ask();
  await ask();
  assert.equal((await logsNamed("twice")).length, 3, "without an id each is one of its own");
});

test("when a change of auth's comes twice, then it is made once and answered the same; under one id another request is another", async () => {
  const ask = (properties: object, params: object = { email: "twice@example.com", password: "long-enough-1" }) =>
    tutorial.ask("rpc.auth", params, { type: "auth.createUser", messageId: "c-1", correlationId: "7", ...properties });
  const [first, second] = [await ask({}), await ask({})];
  assert.equal(first.body.email, "twice@example.com");
  assert.deepEqual(second.body, first.body);
  assert.equal((await ask({ correlationId: "8" })).body.code, "CONFLICT");
  assert.equal((await ask({ messageId: undefined })).body.code, "CONFLICT");
  const other = await ask({}, { email: "twice-2@example.com", password: "long-enough-1" });
  assert.equal(other.body.email, "twice-2@example.com");
});

test("when nobody wants the reply, then the work is done all the same", async () => {
  await tutorial.connection.createChannel().then(async (channel) => {
    channel.sendToQueue("rpc.logger", Buffer.from('{"name":"silent","data":"x"}'), { type: "logger.write" });
    await channel.close();
  });
  await eventually(async () => (await logsNamed("silent")).length === 1 || undefined);
});

test("every operation is there under its own name", async () => {
  const created = (await call("auth.createUser", { email: "new@example.com", password: "long-enough-1" })).value;
  const { id } = created as { id: number };
  assert.equal(((await call("auth.findUser", { id })).value as { email: string }).email, "new@example.com");
  const again = call("auth.createUser", { email: "new@example.com", password: "long-enough-1" });
  await assert.rejects(again, { type: "CONFLICT", nodeID: nodeOf("auth") });
  await call("auth.deactivateUser", { id });
  assert.equal(((await call("auth.findUser", { id })).value as { active: number }).active, 0);
  assert.ok(((await call("logger.list", { pageSize: 1 })).value as { total: number }).total > 0);
  assert.ok(Array.isArray((await call("mailer.templates", {})).value));
  assert.ok(Array.isArray((await call("listener.deadLetters", {})).value));
});

test("when an operation is unknown, not for AMQP, or too late, then the client says which", async () => {
  await assert.rejects(call("logger.fly", {}), { type: "SERVICE_UNAVAILABLE" });
  await assert.rejects(call("$node.health", {}), { type: "PROTOCOL_UNAVAILABLE" });
  await assert.rejects(call("logger.list", {}, 1), { type: "TIMEOUT", retryable: true });
  await assert.rejects(call("logger.get", { id: "none" }), { type: "NOT_FOUND", nodeID: nodeOf("logger") });
});

test("when it is to go over AMQP, then the gateway's answers are the contract's, and X-Via says so", async () => {
  const handle = (body: object) => post(system.url("gateway", "/handle"), body);
  const auth = await handle({ action: "auth", via: "amqp", auth: login });
  assert.equal(auth.status, 202);
  assert.equal(auth.body.message, "Authenticated!");
  const wrong = await handle({ action: "auth", via: "amqp", auth: { ...login, password: "x" } });
  assert.equal(wrong.status, 401);
  assert.deepEqual(wrong.body, { error: true, message: "invalid credentials", code: "INVALID_CREDENTIALS" });

  const log = await handle({ action: "log", via: "amqp", log: { name: "handled", data: "x" } });
  assert.equal(log.status, 202);
  const [entry] = await logsNamed("handled");
  assert.equal(entry?.via, "amqp");

  const mail = { from: "me@example.com", to: "you@example.com", subject: "Over AMQP", message: "x" };
  assert.equal((await handle({ action: "mail", via: "amqp", mail })).body.message, "Message sent to you@example.com");
  const [caught] = await (await Mailbox.open(join(system.dataDir, "mail"))).list();
  assert.equal(caught?.subject, "Over AMQP");

  const own = await fetch(system.url("gateway", "/log-amqp"), {
    method: "POST",
    body: JSON.stringify({ action: "log", log: { name: "own route", data: "x" } }),
    headers: { "x-request-id": "from-outside" },
  });
  assert.equal(own.status, 202);
  assert.equal(((await own.json()) as { message: string }).message, "logged");
  assert.equal(own.headers.get("x-via"), "amqp");
  assert.equal(own.headers.get("x-node"), nodeOf("logger"));
  assert.match(own.headers.get("server-timing") ?? "", /^logger;dur=.*, amqp;dur=/);
  assert.equal((await logsNamed("own route"))[0]?.request_id, "from-outside");
  const bad = await post(system.url("gateway", "/log-amqp"), { action: "log", log: { name: "x" } });
  assert.equal(bad.body.code, "VALIDATION_FAILED");
});

// The last: the logger is gone afterwards.
test("when the service is gone, then 503 at once", async () => {
  await system.nodes.logger?.stop();
  const begun = performance.now();
  const reply = await post(system.url("gateway", "/log-amqp"), { action: "log", log: { name: "a", data: "b" } });
  assert.equal(reply.status, 503);
  assert.equal(reply.body.code, "SERVICE_UNAVAILABLE");
  assert.ok(performance.now() - begun < 3_000);
});
