import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { message, queue, TestHost } from "../../test/support/broker.ts";
import type { Queue, QueuedMessage } from "../broker/queue.ts";
import type { ChannelConsumer } from "./channel-consumer.ts";
import { requeue, Unacked } from "./unacked.ts";

const consumer = (): ChannelConsumer => ({ unacked: 0 }) as ChannelConsumer;

/** A channel that was delivered messages of a queue, tags from 1 on; odd ones by basic.get. */
function delivered(count: number, by = consumer()) {
  const from = queue(new TestHost());
  const unacked = new Unacked();
  for (let tag = 1; tag <= count; tag++) {
    from.publish(message(`${tag}`));
    unacked.add({ tag, queue: from, entry: from.get() as QueuedMessage, consumer: tag % 2 === 0 ? by : undefined });
  }
  return { from, unacked, by };
}
const tags = (taken: readonly { tag: number }[]): number[] => taken.map(({ tag }) => tag);

describe("what a channel holds unacknowledged", () => {
  it("is taken out one by one, or all up to a tag, or all, oldest first", () => {
    const { unacked } = delivered(6);
    assert.deepEqual(tags(unacked.take(4, false)), [4]);
    assert.deepEqual(tags(unacked.take(3, true)), [1, 2, 3]);
    assert.deepEqual(tags(unacked.take(0, true)), [5, 6]);
    assert.deepEqual(tags(unacked.takeAll()), []);
    assert.equal(unacked.size, 0);
  });

  it("when a tag is not there, or is there no more, it is the client's error 406", () => {
    const { unacked } = delivered(3);
    unacked.take(2, true);
    for (const [tag, multiple] of [
      [1, false],
      [2, true],
      [9, false],
      [0, false],
      [2 ** 60, false],
    ] as const) {
      assert.throws(() => unacked.take(tag, multiple), { replyCode: 406 }, `${tag}`);
    }
    assert.deepEqual(tags(unacked.take(9, true)), [3], "a later tag covers what is there");
  });

  it("counts against the prefetch what consumers took, and not what was fetched", () => {
    const { unacked, by } = delivered(5);
    assert.deepEqual([unacked.size, unacked.consumed, by.unacked], [5, 2, 2]);
    unacked.take(2, false);
    assert.deepEqual([unacked.size, unacked.consumed, by.unacked], [4, 1, 1]);
    unacked.takeAll();
    assert.deepEqual([unacked.size, unacked.consumed, by.unacked], [0, 0, 0]);
  });

  it("when it goes back, goes to the queues it came from, in place", () => {
    const [one, other] = [delivered(3), delivered(2)];
    requeue([...other.unacked.takeAll(), ...one.unacked.takeAll()].reverse());
    const bodies = (from: Queue): string =>
      [from.get(), from.get(), from.get()].map((entry) => entry?.message.body ?? "").join("");
    assert.deepEqual([bodies(one.from), bodies(other.from)], ["123", "12"]);
  });
});
