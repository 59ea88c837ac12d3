/** What a client may make is bounded; what it makes must not cost others more than it should, whatever its shape. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type Field, longstr } from "../src/codec/fields.ts";
import { AmqpMemoryServer } from "../src/index.ts";
import { memoryInUse } from "./support/memory.ts";
import { until } from "./support/until.ts";
import { WireClient } from "./support/wire-client.ts";

let server: AmqpMemoryServer;
let client: WireClient;

beforeEach(async () => {
  server = await AmqpMemoryServer.create({ port: 0, memoryLimit: 4 * 1024 * 1024 });
  client = await WireClient.open(server.port);
});
afterEach(async () => {
  client.cut();
  await server.stop();
});

const int = (value: number): Field => ({ type: "signedint", value });

function declare(queue: string, args: Record<string, Field>): void {
  const flags = { passive: false, durable: false, exclusive: false, autoDelete: false, nowait: true };
  client.send("queue.declare", { queue, ...flags, arguments: new Map(Object.entries(args)) });
}
function exchange(name: string, autoDelete: boolean): void {
  const flags = { passive: false, durable: false, autoDelete, internal: false, nowait: true };
  client.send("exchange.declare", { exchange: name, type: "fanout", ...flags, arguments: new Map() });
}

describe("a hostile client", () => {
  it("that chains thousands of auto-delete exchanges takes them all down with one timer, and nothing else", async () => {
    const length = 5000;
    for (let index = 0; index < length; index++) {
      exchange(`e${index}`, true);
      if (index === 0) continue;
      const link = { source: `e${index - 1}`, destination: `e${index}`, routingKey: "", nowait: true };
      client.send("exchange.bind", { ...link, arguments: new Map() });
    }
    declare("short-lived", { "x-expires": int(50) });
    const end = { queue: "short-lived", exchange: `e${length - 1}`, routingKey: "", nowait: false };
    await client.call("queue.bind", { ...end, arguments: new Map() });
    await until("the end of the chain", () => server.stats().exchanges < 10);
    assert.deepEqual(server.stats().queues, []);
  });

  it("that sends a dead letter down a chain of thousands of full queues loses it on the way", async () => {
    const length = 3000;
    for (let index = 0; index < length; index++) {
      declare(`q${index}`, {
        "x-message-ttl": int(index === 0 ? 20 : 60_000),
        "x-max-length": int(index === 0 ? 1 : 0),
        "x-dead-letter-exchange": longstr(""),
        "x-dead-letter-routing-key": longstr(`q${index + 1}`),
      });
    }
    client.publish("q0", "x");
    await until("its death", () => server.stats().messages.deadLettered > 0);
    assert.equal(await client.depth(`q${length - 1}`), 0);
    assert.equal(server.stats().memory.used, 0);
  });

  it("that lets full queues dead-letter to each other in all ways does not stop the server", async () => {
    exchange("all", false);
    for (let index = 0; index < 14; index++) {
      declare(`q${index}`, { "x-max-length": int(0), "x-dead-letter-exchange": longstr("all") });
      const binding = { queue: `q${index}`, exchange: "all", routingKey: "", nowait: true, arguments: new Map() };
      client.send("queue.bind", binding);
    }
    client.publish("q0", "one of 14! ways");
    assert.equal(await client.depth("q0"), 0);
    const { deadLettered } = server.stats().messages;
    assert(deadLettered > 100 && deadLettered <= 10_000, `${deadLettered} dead letters`);
  });

  it("that lets them do so by timers is stopped by the memory limit", async () => {
    exchange("all", false);
    for (let index = 0; index < 14; index++) {
      declare(`q${index}`, { "x-message-ttl": int(1), "x-dead-letter-exchange": longstr("all") });
      const binding = { queue: `q${index}`, exchange: "all", routingKey: "", nowait: true, arguments: new Map() };
      client.send("queue.bind", binding);
    }
    client.publish("q0", Buffer.alloc(50_000));
    await until("the flood", () => server.stats().memory.used > 4 * 1024 * 1024);
    let most = 0;
    for (let look = 0; look < 20; look++) {
      await client.depth("q0");
      most = Math.max(most, server.stats().memory.used);
    }
    assert(most < 10 * 1024 * 1024, `${most} bytes are held`);
  });

  it("that cuts two connections with interleaved messages has them back in order, and quickly", async () => {
    const messages = 100_000;
    const batch = 500;
    client.cut();
    await server.stop();
    server = await AmqpMemoryServer.create({ port: 0 });
    client = await WireClient.open(server.port);
    await client.declare("q");
    for (let index = 0; index < messages; index++) client.publish("q", `${index}`);
    assert.equal(await client.depth("q"), messages);
    const takers = [await WireClient.open(server.port), await WireClient.open(server.port)];
    for (let index = 0; index < messages; index += batch) {
      const taker = takers[(index / batch) % 2];
      for (let got = 0; got < batch; got++) taker?.send("basic.get", { queue: "q", noAck: false });
      await until("a batch taken", () => server.stats().queues[0]?.unacked === index + batch);
      if (taker !== undefined) taker.heard.length = 0;
    }
    let slowest = 0;
    for (const taker of takers) {
      const left = server.stats().connections - 1;
      taker.cut();
      const since = performance.now();
      await until("the taker gone", () => server.stats().connections === left);
      slowest = Math.max(slowest, performance.now() - since);
    }
    // Merging takes a few milliseconds; what it must not do is grow with the square of the messages.
    assert(slowest < 2000, `it took ${Math.round(slowest)} ms`);
    for (const index of [0, 1, 2]) {
      client.send("basic.get", { queue: "q", noAck: true });
      const { method, body } = await client.next("basic.get-ok");
      assert.deepEqual([body.toString(), method.redelivered], [`${index}`, true]);
    }
  });

  it("that declares queues with all 255 priorities pays with little more memory than for others", async () => {
    const queues = 500;
    await client.declare("first");
    const before = memoryInUse();
    for (let index = 0; index < queues; index++) declare(`q${index}`, { "x-max-priority": int(255) });
    await client.depth("first");
    const each = (memoryInUse() - before) / queues;
    assert(each < 8000, `${Math.round(each)} bytes a queue`);
  });
});
