import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { message, properties, queue, TestConsumer, TestHost } from "../../test/support/broker.ts";
import { bool, integer, long, longstr } from "../codec/fields.ts";
import type { Queue, QueuedMessage } from "./queue.ts";

let host: TestHost;
beforeEach(() => {
  host = new TestHost();
});

function publish(to: Queue, ...bodies: string[]): void {
  for (const body of bodies) to.publish(message(body));
}
function drain(from: Queue): string {
  const bodies: string[] = [];
  for (let entry = from.get(); entry !== undefined; entry = from.get()) {
    bodies.push(entry.message.body.toString());
    from.settle(entry);
  }
  return bodies.join(" ");
}

describe("a queue", () => {
  it("hands messages out in order, round robin, and counts what waits and what is out", () => {
    const q = queue(host);
    publish(q, "1", "2");
    const [a, b] = [new TestConsumer("a"), new TestConsumer("b")];
    q.addConsumer(a);
    q.addConsumer(b);
    publish(q, "3", "4", "5", "6");
    assert.equal(a.bodies, "1 2 3 5");
    assert.equal(b.bodies, "4 6");
    assert.deepEqual([q.ready, q.unacked, q.readyBytes], [0, 6, 0]);
  });

  it("when a consumer can take no more, keeps the rest until it is woken", () => {
    const q = queue(host);
    const slow = new TestConsumer("slow", { limit: 1 });
    q.addConsumer(slow);
    publish(q, "1", "22", "333");
    assert.deepEqual([q.ready, q.readyBytes], [2, 5]);
    slow.limit = 3;
    q.wake(slow);
    assert.equal(slow.bodies, "1 22 333");
  });

  it("when messages come back, they stand where they stood and are marked", () => {
    const q = queue(host);
    publish(q, "1", "2", "3", "4");
    const out = [q.get(), q.get(), q.get()] as QueuedMessage[];
    q.requeue([out[2], out[0]] as QueuedMessage[]);
    assert.deepEqual([q.ready, q.unacked], [3, 1]);
    const next = q.get();
    assert.deepEqual([next?.message.body.toString(), next?.redelivered], ["1", true]);
    assert.equal(drain(q), "3 4");
    assert.equal(host.counters.redelivered, 2);
  });

  it("when a consumer is gone, what it held goes back to its place and to the others", () => {
    const q = queue(host);
    const [gone, other] = [new TestConsumer("gone", { limit: 2 }), new TestConsumer("other", { limit: 0 })];
    q.addConsumer(gone);
    q.addConsumer(other);
    publish(q, "1", "2", "3");
    q.removeConsumer(gone);
    other.limit = 9;
    q.requeue(gone.taken);
    q.wake(other);
    assert.equal(other.bodies, "1 2 3");
    assert.equal(q.consumers.size, 1);
  });

  it("gives all memory back, however a message leaves", () => {
    const q = queue(host, { "x-max-length": long(5) });
    publish(q, "1", "2", "3", "4", "5", "6");
    const used = host.memory.used;
    const out = [q.get(), q.get(), q.get()] as [QueuedMessage, QueuedMessage, QueuedMessage];
    assert.equal(host.memory.used, used, "what is out still counts");
    q.settle(out[0]);
    q.discard(out[1], "rejected");
    assert.equal(q.purge(), 2);
    assert(host.memory.used > 0);
    q.delete();
    q.requeue([out[2]]);
    assert.deepEqual([host.memory.used, q.unacked, q.readyBytes], [0, 0, 0]);
    assert.deepEqual(host.dead, ["1 maxlen in q", "3 rejected in q"]);
  });

  it("when it is deleted, tells its consumers and says what waited", () => {
    const q = queue(host);
    const consumer = new TestConsumer("c", { limit: 1 });
    q.addConsumer(consumer);
    publish(q, "1", "2", "3");
    assert.equal(q.delete(), 2);
    assert.equal(consumer.cancelled, true);
    assert.equal(q.consumers.size, 0);
    q.discard(consumer.taken[0] as QueuedMessage, "rejected");
    assert.deepEqual([host.dead, host.memory.used], [[], 0], "what is refused after it dies with it");
  });

  it("of auto-delete goes with its last consumer, not before its first", () => {
    const q = queue(host, {}, { autoDelete: true });
    const [a, b] = [new TestConsumer("a"), new TestConsumer("b")];
    q.addConsumer(a);
    q.addConsumer(b);
    q.removeConsumer(a);
    assert.deepEqual(host.dropped, []);
    q.removeConsumer(b);
    q.removeConsumer(b);
    assert.deepEqual(host.dropped, ["q"]);
  });

  it("with one active consumer serves that one, then the next", () => {
    const q = queue(host, { "x-single-active-consumer": bool(true) });
    const [a, b] = [new TestConsumer("a", { limit: 1 }), new TestConsumer("b")];
    q.addConsumer(a);
    q.addConsumer(b);
    publish(q, "1", "2");
    assert.deepEqual([a.bodies, b.bodies], ["1", ""]);
    q.removeConsumer(a);
    assert.equal(b.bodies, "2");
  });

  it("with priorities hands out the highest first", () => {
    const q = queue(host, { "x-max-priority": long(5) });
    for (const priority of [0, 5, 3, 200]) q.publish(message(`${priority}`, properties({ priority })));
    assert.equal(drain(q), "5 200 3 0");
  });
});

describe("a queue that is full", () => {
  it("drops from its head, and dead-letters that", () => {
    const q = queue(host, { "x-max-length": long(2) });
    publish(q, "1", "2", "3");
    assert.deepEqual(host.dead, ["1 maxlen in q"]);
    assert.equal(drain(q), "2 3");
  });

  it("by bytes drops as many as it must, even the new one", () => {
    const q = queue(host, { "x-max-length-bytes": long(10) });
    publish(q, "aaaa", "bbbb", "cccccccc");
    assert.equal(q.readyBytes, 8);
    publish(q, "d".repeat(11));
    assert.deepEqual([q.ready, q.readyBytes], [0, 0]);
  });

  it("refuses what comes, with or without a dead letter", () => {
    const silent = queue(host, { "x-max-length": long(1), "x-overflow": longstr("reject-publish") });
    const telling = queue(host, { "x-max-length": long(1), "x-overflow": longstr("reject-publish-dlx") });
    for (const q of [silent, telling]) {
      assert.deepEqual([q.publish(message("1")), q.publish(message("2"))], [true, false]);
      assert.equal(drain(q), "1");
    }
    assert.deepEqual(host.dead, ["2 maxlen in q"]);
  });

  it("does not count what consumers hold", () => {
    const q = queue(host, { "x-max-length": long(1) });
    const consumer = new TestConsumer("c", { limit: 3 });
    q.addConsumer(consumer);
    publish(q, "1", "2", "3", "4", "5");
    assert.equal(consumer.bodies, "1 2 3");
    assert.equal(drain(q), "5");
  });
});

describe("a queue of type quorum", () => {
  const args = { "x-queue-type": longstr("quorum"), "x-delivery-limit": long(2) };

  it("counts the returns of a message in its header, and lets go of it after the limit", () => {
    const q = queue(host, args);
    publish(q, "1");
    for (const returns of [0, 1, 2]) {
      const entry = q.get() as QueuedMessage;
      assert.equal(integer(q.outgoing(entry).headers.get("x-delivery-count")), returns);
      q.requeue([entry]);
    }
    assert.equal(q.ready, 0);
    assert.deepEqual(host.dead, ["1 delivery_limit in q"]);
    assert.equal(host.memory.used, 0);
  });
});

describe("time", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 }));
  afterEach(() => mock.timers.reset());
  const expiring = (body: string, expiration: string) => message(body, properties({ expiration }));

  it("when a message's time has come at the head, it is dead-lettered without anybody asking", () => {
    const q = queue(host, { "x-message-ttl": long(100) });
    publish(q, "1");
    mock.timers.tick(50);
    publish(q, "2");
    mock.timers.tick(50);
    assert.deepEqual(host.dead, ["1 expired in q"]);
    mock.timers.tick(50);
    assert.deepEqual([host.dead.length, q.ready, host.memory.used], [2, 0, 0]);
  });

  it("the shorter of the queue's and the message's own holds; behind a longer-lived one it waits", () => {
    const q = queue(host, { "x-message-ttl": long(500) });
    q.publish(expiring("long", "9000"));
    q.publish(expiring("short", "10"));
    mock.timers.tick(400);
    assert.equal(q.ready, 2);
    mock.timers.tick(100);
    assert.deepEqual(host.dead, ["long expired in q", "short expired in q"]);
  });

  it("0 means at once or never", () => {
    const q = queue(host, { "x-message-ttl": long(0) });
    publish(q, "nobody");
    mock.timers.tick(1);
    assert.equal(q.ready, 0);
    const consumer = new TestConsumer("c");
    q.addConsumer(consumer);
    publish(q, "somebody");
    assert.equal(consumer.bodies, "somebody");
  });

  it("a message that comes back after its time is not handed out again", () => {
    const q = queue(host, { "x-message-ttl": long(100) });
    publish(q, "1");
    const entry = q.get() as QueuedMessage;
    mock.timers.tick(200);
    assert.deepEqual(host.dead, []);
    q.requeue([entry]);
    assert.equal(q.get(), undefined);
    assert.deepEqual(host.dead, ["1 expired in q"]);
  });

  it("longer than a timer can wait is waited for", () => {
    const q = queue(host, { "x-message-ttl": long(4_000_000_000), "x-expires": long(5_000_000_000) });
    publish(q, "1");
    mock.timers.tick(3_999_999_999);
    assert.equal(q.ready, 1);
    mock.timers.tick(1);
    assert.equal(q.ready, 0);
    mock.timers.tick(1_000_000_000);
    assert.deepEqual(host.dropped, ["q"]);
  });

  it("without consumers ends a queue that has x-expires; use and consumers keep it", () => {
    const q = queue(host, { "x-expires": long(100) });
    mock.timers.tick(90);
    q.get();
    mock.timers.tick(90);
    const consumer = new TestConsumer("c");
    q.addConsumer(consumer);
    mock.timers.tick(500);
    assert.deepEqual(host.dropped, []);
    q.removeConsumer(consumer);
    mock.timers.tick(99);
    assert.deepEqual(host.dropped, []);
    mock.timers.tick(1);
    assert.deepEqual(host.dropped, ["q"]);
  });
});
