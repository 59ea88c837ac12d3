import assert from "node:assert/strict";
import { test } from "node:test";
import type { Logger } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { messageWith } from "../../test/support/amqp-message.ts";
import { AmqpServer, type ServedOperation } from "./server.ts";

type Call = ServedOperation["call"];

/** A server of one operation that never connects, and what it told its log. */
function serverOf(call: Call, idParameter?: string) {
  const told: string[] = [];
  const tell = (line: string) => void told.push(line);
  const server = new AmqpServer({
    url: "amqp://nowhere",
    name: "test",
    queue: { name: "rpc.s" },
    node: "node-1",
    bodyLimit: 100,
    requestTimeout: 1_000,
    operations: new Map([["s.do", { call, idParameter }]]),
    logger: { error: tell, warn: tell } as unknown as Logger,
  });
  const ask = async (body: string, properties: object = {}) => {
    const out = await server.answer(
      messageWith(body, { type: "s.do", replyTo: "me", correlationId: "1", ...properties }),
    );
    return { ...out?.options, key: out?.routingKey, body: JSON.parse(out?.content.toString() ?? "null") };
  };
  return { server, ask, told };
}

test("a request is done with its parameters, request id and deadline, and answered with node and time", async () => {
  const seen: unknown[] = [];
  const { ask } = serverOf(async (params, { requestID, timeout }) => seen.push(params, requestID, timeout));
  const reply = await ask('{"a":1}', { expiration: "250", headers: { "x-request-id": "r-1" } });
  assert.deepEqual(seen.splice(0), [{ a: 1 }, "r-1", 250]);
  assert.equal(reply.key, "me");
  assert.equal(reply.correlationId, "1");
  assert.equal(reply.headers["x-node"], "node-1");
  assert.equal(reply.headers["x-request-id"], "r-1");
  assert.equal(typeof reply.headers["x-took"], "number");
  assert.equal(reply.body, 3);
  await ask("{}", { expiration: "5000" });
  assert.equal(seen[2], 1_000, "not longer than any request may take");
});

test("when a tutorial's client sends only a body, then the error names what is missing", async () => {
  const { ask, told } = serverOf(async () => 1);
  const reply = await ask("30", { type: undefined });
  assert.equal(reply.headers["x-error-code"], "VALIDATION_FAILED");
  assert.match(reply.body.message, /"type".*"s\.do"/);
  assert.deepEqual(told, []);
});

test("when the operation is unknown, the body malformed or too large, then nothing is done and the code says so", async () => {
  let done = 0;
  const { ask } = serverOf(async () => ++done);
  const code = async (body: string, properties?: object) => (await ask(body, properties)).headers["x-error-code"];
  assert.equal(await code("{}", { type: "s.undo" }), "UNKNOWN_ACTION");
  assert.equal(await code("{}", { type: "toString" }), "UNKNOWN_ACTION");
  assert.equal(await code("{"), "MALFORMED_BODY");
  assert.equal(await code(JSON.stringify({ a: "x".repeat(100) })), "BODY_TOO_LARGE");
  assert.equal(done, 0);
});

test("when the work fails, then a coded error is told as it is, and another says nothing of itself but in the log", async () => {
  const coded = serverOf(() => Promise.reject(new CodedError("CONFLICT", "taken", { data: 7 })));
  assert.deepEqual((await coded.ask("{}")).body, { code: "CONFLICT", message: "taken", data: 7, node: "node-1" });
  assert.deepEqual(coded.told, []);

  const broken = serverOf(() => Promise.reject(new Error("password=hunter2")));
  const reply = await broken.ask("{}");
  assert.equal(reply.body.code, "INTERNAL");
  assert.doesNotMatch(JSON.stringify(reply.body), /hunter2/);
  assert.match(broken.told[0] ?? "", /rpc\.s "s\.do": INTERNAL/);

  const circular = serverOf(async () => 1n);
  assert.equal((await circular.ask("{}")).body.code, "INTERNAL", "an answer that is no JSON");
});

test("when a request fails, then what still works on it is told to stop", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const { ask } = serverOf((_, { signal }) => {
    signals.push(signal);
    return Promise.reject(new CodedError("TIMEOUT", "late"));
  });
  await ask("{}");
  assert.equal(signals[0]?.aborted, true);
  assert.equal(signals[0]?.reason.type, "TIMEOUT");
});

test("when the operation takes the message's id, then it gets it, but for one of its own", async () => {
  const seen: object[] = [];
  const { ask } = serverOf(async (params) => seen.push(params), "event_id");
  await ask('{"a":1}', { messageId: "m-1" });
  await ask('{"event_id":"mine"}', { messageId: "m-1" });
  await ask("{}");
  assert.deepEqual(seen, [{ a: 1, event_id: "m-1" }, { event_id: "mine" }, {}]);
});

test("when a request is delivered again, then its call has the name of the first, and an action that does not ask for it pays nothing for it", async () => {
  const named: (string | undefined)[] = [];
  const { server } = serverOf(async (_, { callId }) => named.push(callId?.()));
  const request = (body: string, properties?: object) =>
    messageWith(body, { type: "s.do", replyTo: "me", correlationId: "1", messageId: "m-1", ...properties });
  for (const message of [request("{}"), request("{}"), request('{"a":1}'), request("{}", { messageId: undefined })]) {
    await server.answer(message);
  }
  const [first, again, another, nameless] = named;
  assert.match(String(first), /./);
  assert.equal(again, first);
  assert.notEqual(another, first);
  assert.equal(nameless, undefined);

  let reads = 0;
  const content = Buffer.from("{}");
  const once = {
    ...request("{}"),
    get content() {
      reads++;
      return content;
    },
  };
  await serverOf(async () => 1).server.answer(once);
  assert.equal(reads, 1, "as parameters");
});

test("when nobody asked for a reply, then it is done and none is made", async () => {
  let done = 0;
  const { server } = serverOf(async () => ++done);
  assert.equal(await server.answer(messageWith("{}", { type: "s.do" })), undefined);
  assert.equal(done, 1);
});
