import assert from "node:assert/strict";
import { test } from "node:test";
import { messageWith } from "../../test/support/amqp-message.ts";
import { identityOf, MAX_ANSWER_BYTES, MAX_ANSWERS, RecentAnswers } from "./recent-answers.ts";

const properties = { messageId: "m", replyTo: "q", correlationId: "1", type: "a.b" };
const replyOf = (content: string | Buffer) => ({ content: Buffer.from(content as string), headers: {} });

/** Work that counts how often it was done. */
function counted(content: string | Buffer = "x") {
  const work = async () => {
    work.times++;
    return replyOf(content);
  };
  work.times = 0;
  return work;
}

test("when a request is delivered again, then it is answered the same, also while the first is still at work", async () => {
  const answers = new RecentAnswers();
  const work = counted();
  const first = answers.once(messageWith("", properties), work);
  const again = answers.once(messageWith("", properties, true), work);
  assert.equal((await first).content.toString(), "x");
  assert.equal((await again).content.toString(), "x");
  await answers.once(messageWith("", properties, true), work);
  assert.equal(work.times, 1);
});

test("when another request has the same id, or none has an id, then each is done", async () => {
  const answers = new RecentAnswers();
  const work = counted();
  await answers.once(messageWith("", properties), work);
  await answers.once(messageWith("", properties), work);
  assert.equal(work.times, 2, "sent twice is not delivered twice");
  await answers.once(messageWith("", { ...properties, replyTo: "another client" }, true), work);
  await answers.once(messageWith("", { ...properties, correlationId: "2" }, true), work);
  assert.equal(work.times, 4);
  await answers.once(messageWith("", { ...properties, messageId: undefined }, true), work);
  await answers.once(messageWith("", { ...properties, messageId: undefined }, true), work);
  assert.equal(work.times, 6);
});

test("when there are too many answers or too large ones, then the oldest are forgotten", async () => {
  const answers = new RecentAnswers();
  const ask = (messageId: string, work: ReturnType<typeof counted>, again = false) =>
    answers.once(messageWith("", { ...properties, messageId }, again), work);
  for (let id = 0; id < MAX_ANSWERS + 10; id++) await ask(String(id), counted());
  assert.equal(answers.size, MAX_ANSWERS);
  const late = counted();
  await ask("0", late, true);
  assert.equal(late.times, 1);

  await ask("large", counted(Buffer.alloc(MAX_ANSWER_BYTES - 10)));
  assert.ok(answers.size <= 11);
  await ask("too large", counted(Buffer.alloc(MAX_ANSWER_BYTES + 1)));
  assert.equal(answers.size, 0);
});

test("a request is the same however often it is delivered, and never another client's, or another one under its id", () => {
  const identity = (more: object = {}, body = "{}", again = false) =>
    identityOf(messageWith(body, { ...properties, ...more }, again));
  const one = identity();
  assert.match(String(one), /^[0-9a-f]{64}$/);
  assert.equal(identity({}, "{}", true), one);
  const others = [identity({ replyTo: "r" }), identity({ correlationId: "2" }), identity({ type: "a.c" })];
  assert.equal(new Set([one, ...others, identity({ messageId: "n" }), identity({}, "[]")]).size, 6);
  assert.equal(identity({ messageId: undefined }), undefined);
});
