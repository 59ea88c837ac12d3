import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, type TestContext, test } from "node:test";
import { connect } from "amqplib";
import { loadConfig } from "../../config/load.ts";
import type { WithHttp } from "../../mixins/http.mixin.ts";
import { startNode } from "../../node/node.ts";
import { type Protocol, protocols } from "../../protocols/protocol.ts";
import { Collector } from "../support/collector.ts";
import { catchEvents } from "../support/events.ts";
import { eventually } from "../support/eventually.ts";
import { send } from "../support/http.ts";
import { type System, startSystem } from "../support/system.ts";

let collector: Collector;
let system: System;
before(async () => {
  collector = await Collector.start();
  system = await startSystem(["gateway", "auth", "logger", "mailer", "listener"], {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  });
});
after(async () => {
  await system?.stop();
  await collector?.stop();
});

const caller = "00f067aa0ba902b7";
const newTrace = () => randomBytes(16).toString("hex");
const log = { action: "log", log: { name: "traced", data: "x" } };

const ask = (body: object, traceparent?: string, more: Record<string, string> = {}) =>
  send(system.url("gateway", "/handle"), {
    method: "POST",
    headers: { ...more, ...(traceparent === undefined ? {} : { traceparent }) },
    body,
  });

/** Resolves when the trace has so many spans. */
const treeOf = (traceId: string, spans: number, below?: string): Promise<string[]> =>
  eventually(() => {
    const tree = collector.tree(traceId, below);
    assert.deepEqual(collector.faults, []);
    assert.ok(tree.length >= spans, tree.join("\n"));
    return tree;
  });

test("when a request goes on over any protocol, then gateway and service are one trace below its caller", async () => {
  const over = async (via: Protocol) => {
    const traceId = newTrace();
    assert.equal((await ask({ ...log, via }, `00-${traceId}-${caller}-01`)).status, 202);
    assert.deepEqual(await treeOf(traceId, 3, caller), [
      "server gateway: POST /handle",
      `  client gateway: logger.write over ${via}`,
      `    server logger: logger.write over ${via}`,
    ]);
    const [call] = collector.spans.filter((span) => span.traceId === traceId && span.kind === "client");
    assert.match(String(call?.attributes["server.node"]), /^logger-/);
  };
  await Promise.all(protocols.map(over));
});

test("when an operation fails over any protocol, then its spans tell the code", async () => {
  const over = async (via: Protocol) => {
    const traceId = newTrace();
    const auth = { email: `${via}@example.com`, password: "wrong" };
    assert.equal((await ask({ action: "auth", auth, via }, `00-${traceId}-${caller}-01`)).status, 401);
    // The event of the failed login belongs to it: publishing, taking, storing.
    await treeOf(traceId, 7, caller);
    const told = collector.spans
      .filter((span) => span.traceId === traceId && span.name === "auth.authenticate")
      .map(({ kind, failed, attributes }) => [kind, failed, attributes["error.type"]]);
    assert.deepEqual(told.sort(), [
      ["client", true, "INVALID_CREDENTIALS"],
      ["server", false, "INVALID_CREDENTIALS"],
    ]);
  };
  await Promise.all(protocols.map(over));
});

test("when an event cannot be handled, then the span that took it tells where it goes", async () => {
  const traceId = newTrace();
  const connection = await connect(String(system.environment.RABBIT_URL));
  const channel = await connection.createConfirmChannel();
  const headers = { traceparent: `00-${traceId}-${caller}-01` };
  channel.publish("logs_topic", "log.INFO", Buffer.from("no JSON"), { messageId: traceId, headers });
  await channel.waitForConfirms();
  await connection.close();
  assert.deepEqual(await treeOf(traceId, 1, caller), ["consumer listener: process listener.events over amqp"]);
  const [taken] = collector.spans.filter((span) => span.traceId === traceId);
  assert.equal(taken?.attributes["next.queue"], "listener.events.dead");
});

test("when an event goes through the exchange, then publishing, taking and storing it are in the request's trace", async () => {
  const traceId = newTrace();
  await send(system.url("gateway", "/"), { method: "POST", headers: { traceparent: `00-${traceId}-${caller}-01` } });
  assert.deepEqual(await treeOf(traceId, 5, caller), [
    "server gateway: POST /",
    "  producer gateway: publish logs_topic over amqp",
    "    consumer listener: process listener.events over amqp",
    "      client listener: logger.write over mesh",
    "        server logger: logger.write over mesh",
  ]);
});

test("when a user is made, then the outbox's event and the welcome mail are in the request's trace", async () => {
  const traceId = newTrace();
  const user = { email: "traced@example.com", first_name: "Ada", last_name: "L", password: "long enough to be one" };
  const headers = { traceparent: `00-${traceId}-${caller}-01` };
  const { status } = await send(system.url("auth", "/users"), { method: "POST", headers, body: user });
  assert.equal(status, 202);
  assert.deepEqual(await treeOf(traceId, 7, caller), [
    "server auth: auth.createUser over rest",
    "  producer auth: publish logs_topic over amqp",
    "    consumer listener: process listener.events over amqp",
    "      client listener: logger.write over mesh",
    "        server logger: logger.write over mesh",
    "      client listener: mailer.send over mesh",
    "        server mailer: mailer.send over mesh",
  ]);
});

test("when a traceparent is malformed or absent, then the gateway begins the trace", async () => {
  const begins = async (traceparent: string | undefined, index: number) => {
    const id = `malformed-${index}`;
    await ask(log, traceparent, { "x-request-id": id });
    const root = await eventually(() => collector.spans.find(({ attributes }) => attributes["request.id"] === id));
    assert.equal(root.parentSpanId, undefined);
    assert.ok(!traceparent?.includes(root.traceId));
    assert.equal((await treeOf(root.traceId, 3)).length, 3);
  };
  const short = `00-${newTrace()}-${caller}-1`;
  await Promise.all([undefined, short, `00-${"0".repeat(32)}-${caller}-01`].map(begins));
});

test("when the caller does not record its trace, then nobody does, and its id goes along", async () => {
  const caught = await catchEvents(String(system.environment.RABBIT_URL));
  const traceId = newTrace();
  await send(system.url("gateway", "/"), { method: "POST", headers: { traceparent: `00-${traceId}-${caller}-00` } });
  const event = await eventually(() => caught.events.find(({ traceparent }) => String(traceparent).includes(traceId)));
  assert.match(String(event.traceparent), new RegExp(`^00-${traceId}-[\\da-f]{16}-00$`));
  await caught.stop();
  assert.deepEqual(collector.tree(traceId, caller), []);
});

/** A gateway of its own mesh at the same message broker, that tells another collector of its traces, or none. */
async function gatewayWith(context: TestContext, endpoint: string | undefined): Promise<string> {
  const environment = { ...system.environment, NAMESPACE: newTrace(), OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const node = await startNode(["gateway"], loadConfig(environment, ["gateway"]));
  context.after(() => node.stop());
  await node.joined;
  const { http } = node.broker.getLocalService("gateway") as unknown as WithHttp;
  return `http://127.0.0.1:${http.address.port}/`;
}

test("when nothing is traced, then a traceparent goes along as it came; a collector that is away hurts nobody", async (context) => {
  const caught = await catchEvents(String(system.environment.RABBIT_URL));
  context.after(() => caught.stop());
  const through = async (endpoint?: string) => {
    const traceId = newTrace();
    const url = await gatewayWith(context, endpoint);
    const headers = { traceparent: `00-${traceId}-${caller}-01` };
    assert.equal((await send(url, { method: "POST", headers })).status, 202);
    const event = await eventually(() =>
      caught.events.find(({ traceparent }) => String(traceparent).includes(traceId)),
    );
    return event.traceparent === headers.traceparent;
  };
  assert.deepEqual(await Promise.all([through(), through("http://127.0.0.1:1")]), [true, false]);
});
