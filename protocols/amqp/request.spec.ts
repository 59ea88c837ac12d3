import assert from "node:assert/strict";
import { test } from "node:test";
import { messageWith } from "../../test/support/amqp-message.ts";
import { readParams, readProperties, requestOptions } from "./request.ts";

test("the operation is the type, else the header; a deadline is the expiration, never 0 and never beyond the queue's own", () => {
  assert.equal(readProperties(messageWith("", { type: "a.b", headers: { "x-operation": "c.d" } })).operation, "a.b");
  assert.equal(readProperties(messageWith("", { headers: { "x-operation": "c.d" } })).operation, "c.d");
  assert.equal(readProperties(messageWith("", { type: "", headers: { "x-operation": 7 } })).operation, undefined);
  assert.equal(readProperties(messageWith("", { headers: undefined })).operation, undefined);

  const deadline = (expiration?: string) => readProperties(messageWith("", { expiration })).deadline;
  assert.deepEqual(["250", "0", "99999999", undefined].map(deadline), [250, 1, 60_000, undefined]);
});

test("when a request id is printable, then it is kept, else a new one is made", () => {
  const id = (given: unknown) => readProperties(messageWith("", { headers: { "x-request-id": given } })).requestId;
  assert.equal(id("mine-1"), "mine-1");
  for (const given of ["two\nlines", "", 7, Buffer.from("x"), "x".repeat(200)]) assert.match(id(given), /^[\w-]{36}$/);
});

test("when the body is not one JSON object in UTF-8 within the limit, then the code says which it is not", () => {
  assert.deepEqual(readParams(Buffer.from('{"a":"ä\\u0000"}'), 100), { a: "ä\0" });
  const refused = (content: Buffer | string, type: string, limit = 100) =>
    assert.throws(() => readParams(Buffer.from(content as string), limit), { type });
  refused("", "MALFORMED_BODY");
  refused("[1]", "MALFORMED_BODY");
  refused("null", "MALFORMED_BODY");
  refused('{"a":1} {"b":2}', "MALFORMED_BODY");
  refused(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), "MALFORMED_BODY");
  refused('{"a":1}', "BODY_TOO_LARGE", 6);
});

test("a call goes out mandatory, with its name, its time and where the answer goes", () => {
  const ids = { correlationId: "1", messageId: "m" };
  assert.deepEqual(requestOptions("logger.write", { deadline: 0.2, requestId: "r" }, ids), {
    correlationId: "1",
    messageId: "m",
    type: "logger.write",
    replyTo: "amq.rabbitmq.reply-to",
    contentType: "application/json",
    mandatory: true,
    expiration: "1",
    headers: { "x-request-id": "r" },
  });
});
