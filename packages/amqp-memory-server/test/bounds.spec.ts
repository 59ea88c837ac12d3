import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AmqpMemoryServer, type AmqpMemoryServerOptions } from "../src/index.ts";
import { until } from "./support/until.ts";
import { encode, encodeHello, WireClient } from "./support/wire-client.ts";

let server: AmqpMemoryServer;
let clients: WireClient[] = [];

async function start(options: AmqpMemoryServerOptions = {}): Promise<void> {
  server = await AmqpMemoryServer.create({ port: 0, ...options });
}
async function open(hello = {}): Promise<WireClient> {
  const client = await WireClient.open(server.port, hello);
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients) client.cut();
  clients = [];
  await server.stop();
});

const queueFlags = { passive: false, durable: false, exclusive: false, autoDelete: false, nowait: false };

describe("a connection's bounds", () => {
  it("when maxConnections are there, the next one is closed at once, until one has left", async () => {
    await start({ maxConnections: 2 });
    const first = await open();
    await open();
    const third = await WireClient.dial(server.port);
    await third.gone();
    assert.equal(server.stats().connections, 2);
    await first.close();
    await until("the server letting go of the first", () => server.stats().connections === 1);
    await open();
  });

  it("when a client opens a channel beyond channelMax, its connection is closed with 530", async () => {
    await start({ channelMax: 3 });
    const client = await open({ channelMax: 3 });
    await client.call("channel.open", {}, 2);
    await client.call("channel.open", {}, 3);
    client.send("channel.open", {}, 4);
    assert.equal(await client.ending(), 530);
  });

  it("when a client asks for more channels or larger frames than offered, the server hangs up", async () => {
    await start({ channelMax: 3, frameMax: 8192 });
    for (const hello of [
      { channelMax: 4, frameMax: 8192 },
      { channelMax: 0, frameMax: 8192 },
      { channelMax: 3, frameMax: 8193 },
      { channelMax: 3, frameMax: 0 },
      { channelMax: 3, frameMax: 4095 },
    ]) {
      const client = await WireClient.dial(server.port);
      clients.push(client);
      client.socket.write(encodeHello(hello));
      await client.gone();
      const opened = client.heard.some(({ method }) => method.name === "connection.open-ok");
      assert.equal(opened, false, JSON.stringify(hello));
    }
  });

  it("when a frame is larger than frameMax, the connection is closed with 501 before the frame is there", async () => {
    await start({ frameMax: 4096 });
    const client = await open({ frameMax: 4096 });
    client.socket.write(Buffer.from([3, 0, 1, 0, 0, 0x10, 0x01]));
    assert.equal(await client.ending(), 501);
  });

  it("when a message is larger than the client's frames, it arrives in pieces of at most that size", async () => {
    await start();
    const client = await open({ frameMax: 4096 });
    await client.declare("q");
    const largest = Buffer.alloc(4096 - 8, 1);
    const sizes: number[] = [];
    client.socket.on("data", (chunk: Buffer) => sizes.push(chunk.length));
    const target = { exchange: "", routingKey: "q", mandatory: false, immediate: false };
    const header = encode(1, "basic.publish", target, { body: Buffer.concat([largest, largest, largest]) });
    // Our own encoder makes larger frames than this client agreed to: cut the one body frame into three.
    const body = header.lastIndexOf(Buffer.from([3, 0, 1]), header.length - 3 * largest.length);
    client.socket.write(header.subarray(0, body));
    for (let piece = 0; piece < 3; piece++) {
      client.socket.write(Buffer.concat([Buffer.from([3, 0, 1, 0, 0, 0x0f, 0xf8]), largest, Buffer.from([0xce])]));
    }
    client.send("basic.get", { queue: "q", noAck: true });
    const got = await client.next("basic.get-ok");
    assert.equal(got.body.length, 3 * largest.length);
  });

  it("when a client does not finish the handshake in time, it is dropped, at whichever step it stays", async () => {
    await start({ handshakeTimeout: 200 });
    const hello = encodeHello();
    const dialled = await Promise.all(
      [0, 5, 8, 40, hello.length - 3].map(async (said) => {
        const client = await WireClient.dial(server.port);
        client.socket.write(hello.subarray(0, said));
        return client;
      }),
    );
    const patient = await open();
    await Promise.all(dialled.map((client) => client.gone()));
    await sleep(300);
    assert.equal(patient.closed, false);
    assert.equal(server.stats().connections, 1);
  });

  it("when a client falls silent, it gets heartbeats and is dropped after two intervals", async () => {
    await start();
    const silent = await open({ heartbeat: 1 });
    const since = Date.now();
    await silent.gone();
    assert(Date.now() - since > 1400, "dropped too early");
    assert(silent.listener.heartbeats > 0, "no heartbeat came");
    assert.equal(server.stats().connections, 0);
  });
});

describe("a message's bounds", () => {
  it("when a message is larger than maxMessageSize, its channel is closed with 406 and no byte of it is kept", async () => {
    await start({ maxMessageSize: 1000 });
    const client = await open();
    await client.declare("q");
    client.publish("q", Buffer.alloc(1000));
    client.publish("q", Buffer.alloc(1001));
    const { method } = await client.next("channel.close");
    assert.equal(method.replyCode, 406);
    client.send("channel.close-ok", {});
    await client.call("channel.open", {});
    assert.equal(await client.depth("q"), 1);
    client.send("queue.delete", { queue: "q", ifUnused: false, ifEmpty: false, nowait: false });
    await client.next("queue.delete-ok");
    assert.equal(server.stats().memory.used, 0);
  });

  it("when a body comes in crumbs or empty frames, it costs what it holds", async () => {
    await start();
    const client = await open();
    const target = { exchange: "", routingKey: "nowhere", mandatory: false, immediate: false };
    const bytes = encode(1, "basic.publish", target, { body: Buffer.alloc(400_000) });
    const frame = bytes.indexOf(Buffer.from([3, 0, 1, 0, 1, 0xff, 0xf8]));
    const empty = Buffer.from([3, 0, 1, 0, 0, 0, 0, 0xce]);
    const crumb = Buffer.from([3, 0, 1, 0, 0, 0, 1, 7, 0xce]);
    const crumbs = Buffer.concat(Array.from({ length: 4000 }, () => [empty, crumb]).flat());
    client.socket.write(bytes.subarray(0, frame));
    const before = process.memoryUsage();
    for (let round = 0; round < 75; round++) client.socket.write(crumbs);
    await until("300,000 crumbs", () => server.stats().memory.used === 300_000);
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.external - before.heapUsed - before.external;
    assert(grown < 60 * 1024 * 1024, `600,000 frames took ${Math.round(grown / 1024 / 1024)} MB`);
    client.cut();
    await until("the bytes given back", () => server.stats().memory.used === 0);
  });
});

describe("a channel's bounds", () => {
  it("when a channel holds maxUnacked messages, it gets the next one only when it settles one", async () => {
    await start({ maxUnacked: 3 });
    const client = await open();
    await client.declare("q");
    for (let index = 0; index < 5; index++) client.publish("q", `${index}`);
    await client.consume("q");
    await until("the limit", () => server.stats().queues[0]?.unacked === 3);
    assert.equal(await client.depth("q"), 2);
    client.send("basic.ack", { deliveryTag: 1, multiple: false });
    const next = await client.next("basic.deliver");
    assert.equal(next.body.toString(), "3");
    assert.equal(await client.depth("q"), 1);
  });

  it("when the channel's share of one consumer comes back, another consumer of the channel gets its turn", async () => {
    await start({ maxUnacked: 1 });
    const client = await open();
    await client.declare("a");
    await client.declare("b");
    await client.consume("a", { consumerTag: "a" });
    await client.consume("b", { consumerTag: "b" });
    client.publish("a", "first");
    await client.next("basic.deliver");
    client.publish("b", "second");
    assert.equal(await client.depth("b"), 1);
    client.send("basic.ack", { deliveryTag: 1, multiple: false });
    const { method } = await client.next("basic.deliver");
    assert.equal(method.consumerTag, "b");
  });

  it("when a virtual host holds maxObjects, the next queue, exchange, binding or consumer is refused with 506", async () => {
    await start({ maxObjects: 3 });
    const client = await open();
    await client.declare("a");
    await client.declare("a");
    await client.declare("b");
    const binding = { queue: "a", exchange: "amq.fanout", routingKey: "", nowait: false, arguments: new Map() };
    await client.call("queue.bind", binding);
    await client.call("queue.bind", binding);
    const flags = { passive: false, durable: false, autoDelete: false, internal: false, nowait: false };
    const consumer = { queue: "a", consumerTag: "c", noLocal: false, noAck: false, exclusive: false, nowait: false };
    const attempts = [
      encode(1, "queue.declare", { queue: "c", ...queueFlags, arguments: new Map() }),
      encode(1, "exchange.declare", { exchange: "c", type: "fanout", ...flags, arguments: new Map() }),
      encode(1, "queue.bind", { ...binding, queue: "b" }),
      encode(1, "basic.consume", { ...consumer, arguments: new Map() }),
    ];
    for (const attempt of attempts) {
      const other = await open();
      other.socket.write(attempt);
      assert.equal(await other.ending(), 506);
    }
    const target = { exchange: "amq.fanout", routingKey: "", mandatory: false, immediate: false };
    client.socket.write(encode(1, "basic.publish", target, { body: "to those that are bound" }));
    assert.deepEqual([await client.depth("a"), await client.depth("b")], [1, 0]);
    client.send("queue.delete", { queue: "a", ifUnused: false, ifEmpty: false, nowait: false });
    await client.next("queue.delete-ok");
    await client.declare("c");
    await client.declare("d");
  });

  it("arguments count for every KiB: nobody fills the memory with those of a few queues", async () => {
    await start({ maxObjects: 250 });
    const client = await open();
    const large = new Map([["x-note", { type: "longstr", value: "n".repeat(100_000) } as const]]);
    await client.declare("first", large);
    await client.declare("second", large);
    const flags = { ...queueFlags, arguments: large };
    client.send("queue.declare", { queue: "third", ...flags });
    assert.equal(await client.ending(), 506);
  });
});
