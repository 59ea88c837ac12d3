import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConfirmChannel } from "amqplib";
import { MAX_PENDING, MAX_PENDING_BYTES, Publisher } from "./publisher.ts";

type Confirm = (error: Error | null) => void;

/** A channel that remembers what was published, and answers when told. */
function fakeChannel() {
  const published: { text: string; confirm: Confirm }[] = [];
  const publish = (_exchange: string, _key: string, content: Buffer, _options: object, confirm: Confirm) =>
    published.push({ text: content.toString(), confirm });
  return { channel: { publish } as unknown as ConfirmChannel, published };
}

const message = (text: string | Buffer) => ({
  exchange: "x",
  routingKey: "k",
  content: Buffer.from(text as string),
  options: {},
});

test("while the broker is away events wait, and go in order when it is there", async () => {
  const publisher = new Publisher();
  const done = Promise.all(["a", "b"].map((text) => publisher.publish(message(text))));
  const { channel, published } = fakeChannel();
  publisher.attach(channel);
  for (const { confirm } of published) confirm(null);
  await done;
  assert.deepEqual(
    published.map(({ text }) => text),
    ["a", "b"],
  );
});

test("when the connection is lost before the confirm, then the event goes again and is answered by the second", async () => {
  const publisher = new Publisher();
  const first = fakeChannel();
  publisher.attach(first.channel);
  const done = publisher.publish(message("a"));
  first.published[0]?.confirm(new Error("channel closed"));
  publisher.detach();
  const second = fakeChannel();
  publisher.attach(second.channel);
  second.published[0]?.confirm(null);
  await done;
});

test("when the broker refuses, then the publisher is told", async () => {
  const publisher = new Publisher();
  const { channel, published } = fakeChannel();
  publisher.attach(channel);
  const done = publisher.publish(message("a"));
  published[0]?.confirm(new Error("message nacked"));
  await assert.rejects(done, { type: "OVERLOADED" });
});

test("when too many or too large events wait, then the next is refused; at the end those that wait are", async () => {
  const many = new Publisher();
  const waiting = Array.from({ length: MAX_PENDING }, () => many.publish(message("x")));
  await assert.rejects(many.publish(message("one more")), { type: "OVERLOADED" });
  const refused = Promise.allSettled(waiting);
  await many.settle(0);
  assert.ok((await refused).every(({ status }) => status === "rejected"));

  const large = new Publisher();
  const one = large.publish(message(Buffer.alloc(MAX_PENDING_BYTES)));
  one.catch(() => undefined);
  await assert.rejects(large.publish(message("x")), { type: "OVERLOADED" });
});
