import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConsumeMessage } from "amqplib";
import { CodedError } from "../../errors/index.ts";
import { afterFailure, backToWork } from "./outcome.ts";

const message = (headers: object = {}, more: object = {}): ConsumeMessage =>
  ({
    content: Buffer.from("{}"),
    fields: { routingKey: "log.ERROR" },
    properties: { contentType: "text/plain", headers, ...more },
  }) as unknown as ConsumeMessage;

const away = new CodedError("SERVICE_UNAVAILABLE", "the logger is away");
const wrong = new CodedError("VALIDATION_FAILED", "no name");

test("what may work later waits longer each time, then it is dead", () => {
  const queues = [0, 1, 2].map(
    (attempts) => afterFailure(message({ "x-attempts": attempts }), "a", away, [10, 20]).routingKey,
  );
  assert.deepEqual(queues, ["listener.events.retry.10", "listener.events.retry.20", "listener.events.dead"]);
});

test("what cannot work is dead at once; a fault on our side is tried again", () => {
  assert.equal(afterFailure(message(), "a", wrong, [10]).routingKey, "listener.events.dead");
  assert.equal(afterFailure(message(), "a", new Error("a bug"), [10]).routingKey, "listener.events.retry.10");
});

test("a dead letter keeps its key, its id and the reason, and nothing that would end, copy or forge it", () => {
  const headers = { CC: ["other"], BCC: ["other"], "x-death": [{}], "x-request-id": "r1", "x-attempts": "many" };
  const { options } = afterFailure(message(headers, { expiration: "1", userId: "guest" }), "id-1", wrong, []);
  const { "x-died-at": diedAt, ...marks } = options.headers as Record<string, string>;
  assert.ok(Date.parse(diedAt ?? "") > 0);
  assert.deepEqual(marks, {
    "x-request-id": "r1",
    "x-original-routing-key": "log.ERROR",
    "x-attempts": 1,
    "x-error-code": "VALIDATION_FAILED",
    "x-error": "no name",
  });
  assert.deepEqual(
    [options.messageId, options.persistent, options.expiration, options.userId],
    ["id-1", true, undefined, undefined],
  );
});

test("sent back, it begins anew under the key it had", () => {
  const dead = message({
    "x-attempts": 3,
    "x-error": "e",
    "x-error-code": "c",
    "x-died-at": "d",
    "x-original-routing-key": "log.WARNING",
  });
  assert.deepEqual(backToWork(dead, "a", "q").options.headers, { "x-original-routing-key": "log.WARNING" });
});
