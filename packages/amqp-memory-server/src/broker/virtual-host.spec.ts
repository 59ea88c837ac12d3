import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { type Arguments, entries, message, TestConsumer } from "../../test/support/broker.ts";
import { long, longstr } from "../codec/fields.ts";
import type { Exchange, ExchangeType } from "./exchange.ts";
import { Counters, MemoryGauge } from "./memory.ts";
import type { Queue } from "./queue.ts";
import { queueSettings } from "./queue-arguments.ts";
import { VirtualHost } from "./virtual-host.ts";

let vhost: VirtualHost;
beforeEach(() => {
  vhost = new VirtualHost("/", new MemoryGauge(10_000_000, () => {}), new Counters(), 1000);
});

function exchange(
  name: string,
  type: ExchangeType = "fanout",
  { autoDelete = false, args = {} as Arguments } = {},
): Exchange {
  vhost.declareExchange(name, { type, durable: false, autoDelete, internal: false, arguments: entries(args) });
  return vhost.exchange(name);
}
function queue(name: string, args: Arguments = {}): Queue {
  const settings = queueSettings(entries(args), name);
  const flags = { durable: false, autoDelete: false, exclusive: false };
  return vhost.declareQueue(name, { ...flags, arguments: entries(args), settings }, undefined);
}
function bind(source: Exchange, destination: Queue | Exchange, routingKey = ""): void {
  vhost.bind(source, { destination, routingKey, arguments: new Map() });
}
const publish = (to: string, key = "key") => vhost.publish(vhost.exchange(to), message("x", undefined, key, to));
const depths = (): Record<string, number> =>
  Object.fromEntries([...vhost.queues.values()].map(({ name, ready }) => [name, ready]));

describe("a virtual host", () => {
  it("routes by the default exchange to the queue of that name", () => {
    queue("a");
    assert.deepEqual(publish("", "a"), { routed: true, refused: false });
    assert.deepEqual(publish("", "b"), { routed: false, refused: false });
    assert.deepEqual(depths(), { a: 1 });
  });

  it("routes a message once to a queue that it reaches in many ways, even in a circle", () => {
    const [e, f] = [exchange("e"), exchange("f", "topic")];
    const a = queue("a");
    bind(e, a);
    bind(e, f);
    bind(f, a, "#");
    bind(f, a, "key");
    bind(f, e, "#");
    publish("e");
    assert.deepEqual(depths(), { a: 1 });
  });

  it("routes by the alternate exchange what nothing else takes, also to the default one", () => {
    queue("caught");
    queue("key");
    bind(exchange("unrouted"), vhost.queue("caught"));
    exchange("e", "direct", { args: { "alternate-exchange": longstr("unrouted") } });
    exchange("f", "direct", { args: { "alternate-exchange": longstr("") } });
    exchange("g", "direct", { args: { "alternate-exchange": longstr("nowhere") } });
    assert.equal(publish("e").routed, true);
    assert.equal(publish("f").routed, true);
    assert.equal(publish("g").routed, false);
    assert.deepEqual(depths(), { caught: 1, key: 1 });
  });

  it("says when a queue refuses, although another takes the message", () => {
    const e = exchange("e");
    bind(e, queue("full", { "x-max-length": long(0), "x-overflow": longstr("reject-publish") }));
    bind(e, queue("roomy"));
    assert.deepEqual(publish("e"), { routed: true, refused: true });
  });

  it("when a queue goes, its bindings go, and exchanges of auto-delete that led nowhere else", () => {
    const [first, second, kept] = [
      exchange("1", "fanout", { autoDelete: true }),
      exchange("2", "fanout", { autoDelete: true }),
      exchange("3", "fanout", { autoDelete: true }),
    ];
    const [a, b] = [queue("a"), queue("b")];
    bind(first, second);
    bind(second, a);
    bind(kept, a);
    bind(kept, b);
    publish("", "a");
    assert.equal(vhost.deleteQueue(a), 1);
    assert.equal(vhost.deleteQueue(a), 0);
    assert.deepEqual(
      ["1", "2", "3"].map((name) => vhost.exchanges.has(name)),
      [false, false, true],
    );
    assert.equal(kept.bindingCount, 1);
  });

  it("when bindings are taken away, an exchange of auto-delete goes with the last", () => {
    const e = exchange("e", "direct", { autoDelete: true });
    const a = queue("a");
    bind(e, a, "1");
    bind(e, a, "2");
    const unbind = (routingKey: string) => vhost.unbind("e", a, { routingKey, arguments: new Map() });
    unbind("1");
    unbind("1");
    assert.equal(vhost.exchanges.has("e"), true);
    unbind("2");
    assert.equal(vhost.exchanges.has("e"), false);
    unbind("2");
  });

  it("when an exchange goes, what led to it is forgotten, and one of that name starts anew", () => {
    const [e, f] = [exchange("e"), exchange("f")];
    bind(e, f);
    bind(f, queue("a"));
    vhost.deleteExchange(f);
    assert.equal(e.bindingCount, 0);
    exchange("f");
    assert.equal(publish("e").routed, false);
    assert.equal(publish("f").routed, false);
  });

  it("counts what is made and what goes: a thousand rounds do not reach the limit", () => {
    for (let round = 0; round < 1000; round++) {
      const [e, f, q] = [exchange("e", "fanout", { autoDelete: round % 2 === 0 }), exchange("f"), queue("q")];
      bind(e, q, "1");
      bind(e, q, "1");
      bind(e, f);
      bind(f, q);
      const consumer = new TestConsumer("c");
      q.addConsumer(consumer);
      if (round % 3 === 0) q.removeConsumer(consumer);
      if (round % 3 === 1) vhost.unbind("e", q, { routingKey: "1", arguments: new Map() });
      vhost.deleteQueue(q);
      vhost.deleteExchange(f);
      if (vhost.exchanges.has("e")) vhost.deleteExchange(e);
    }
  });

  it("when the limit is reached, a binding is refused and not made", () => {
    vhost = new VirtualHost("/", new MemoryGauge(1000, () => {}), new Counters(), 2);
    const [e, a] = [exchange("e"), queue("a")];
    assert.throws(() => bind(e, a), { replyCode: 506 });
    assert.equal(publish("e").routed, false);
    vhost.deleteExchange(e);
    exchange("again");
  });
});

describe("a declaration of what is there", () => {
  it("passes when it is the same, whatever does not matter to RabbitMQ", () => {
    exchange("e", "topic");
    exchange("e", "topic");
    const q = queue("q", { "x-max-length": long(5) });
    const again = {
      durable: false,
      autoDelete: false,
      arguments: entries({ "x-max-length": { type: "byte", value: 5 }, "x-note": longstr("new") }),
    };
    assert.equal(vhost.redeclareQueue(q, again), q);
  });

  it("is refused with 406 when it differs, and told in what", () => {
    exchange("e", "topic");
    assert.throws(() => exchange("e", "fanout"), /406|inequivalent arg 'type' for exchange 'e'/);
    assert.throws(() => exchange("e", "topic", { autoDelete: true }), /'auto_delete'/);
    const q = queue("q");
    const different = { durable: true, autoDelete: false, arguments: new Map() };
    assert.throws(() => vhost.redeclareQueue(q, different), /inequivalent arg 'durable' for queue 'q'/);
    const args = { durable: false, autoDelete: false, arguments: entries({ "x-max-length": long(1) }) };
    assert.throws(() => vhost.redeclareQueue(q, args), /'x-max-length'/);
  });
});

describe("dead letters", () => {
  it("go through the exchange named, by the key named, and are counted", () => {
    queue("dead");
    const a = queue("a", { "x-dead-letter-exchange": longstr(""), "x-dead-letter-routing-key": longstr("dead") });
    publish("", "a");
    const entry = a.get();
    assert(entry);
    a.discard(entry, "rejected");
    assert.deepEqual(depths(), { dead: 1, a: 0 });
    assert.equal(vhost.counters.deadLettered, 1);
  });

  it("are lost where there is no such exchange, and where they would go in a circle by themselves", () => {
    queue("nowhere", { "x-max-length": long(0), "x-dead-letter-exchange": longstr("none") });
    queue("circle", { "x-max-length": long(0), "x-dead-letter-exchange": longstr("") });
    publish("", "nowhere");
    publish("", "circle");
    assert.deepEqual(depths(), { nowhere: 0, circle: 0 });
    assert.equal(vhost.memory.used, 0);
  });
});
