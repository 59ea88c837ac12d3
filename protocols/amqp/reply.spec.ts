import assert from "node:assert/strict";
import { test } from "node:test";
import { CodedError } from "../../errors/index.ts";
import { messageWith } from "../../test/support/amqp-message.ts";
import { addressed, failure, type Reply, readReply, success } from "./reply.ts";

const served = { node: "logger-1", requestId: "r", took: 1.26 };
const arrived = ({ content, headers }: Reply) => messageWith(content, { headers });

test("what an operation gave comes back the same, with the node and its time", () => {
  for (const value of [{ id: "ä\0" }, [], "", 0, false, null]) {
    assert.deepEqual(readReply(arrived(success(value, served))), { value, node: "logger-1", took: 1.3 });
  }
  assert.equal(readReply(arrived(success(undefined, served))).value, null);
});

test("a coded error comes back with its code, message, data and node", () => {
  const error = new CodedError("CONFLICT", "taken", { data: { field: "email" } });
  const reply = failure(error, served);
  assert.equal(reply.headers["x-error-code"], "CONFLICT");
  assert.deepEqual(JSON.parse(reply.content.toString()), {
    code: "CONFLICT",
    message: "taken",
    data: { field: "email" },
    node: "logger-1",
  });
  assert.throws(() => readReply(arrived(reply)), {
    type: "CONFLICT",
    message: "taken",
    data: { field: "email" },
    nodeID: "logger-1",
  });
});

test("when an answer is none, then INTERNAL and no more is told", () => {
  const internal = { type: "INTERNAL" };
  assert.throws(() => readReply(messageWith("not JSON")), internal);
  assert.throws(() => readReply(messageWith("{}", { headers: { "x-error-code": "NO_SUCH_CODE" } })), internal);
  assert.throws(() => readReply(messageWith("null", { headers: { "x-error-code": "CONFLICT" } })), internal);
  assert.throws(() => readReply(messageWith(Buffer.alloc((16 << 20) + 1, "1"))), internal);
});

test("a reply goes where the request says, with its correlation id; a request that says nothing gets none", () => {
  const reply = success(1, served);
  const out = addressed(reply, messageWith("", { replyTo: "amq.gen-1", correlationId: "7" }));
  assert.equal(out?.exchange, "");
  assert.equal(out?.routingKey, "amq.gen-1");
  assert.equal(out?.options.correlationId, "7");
  assert.equal(addressed(reply, messageWith("", { correlationId: "7" })), undefined);
  assert.equal(addressed(reply, messageWith("", { replyTo: "" })), undefined);
});
