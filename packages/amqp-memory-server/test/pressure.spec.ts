import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AmqpMemoryServer } from "../src/index.ts";
import { mebibyte, memoryInUse } from "./support/memory.ts";
import { until } from "./support/until.ts";
import { encode, WireClient } from "./support/wire-client.ts";

const memoryLimit = 8 * mebibyte;

let server: AmqpMemoryServer;
let clients: WireClient[] = [];

async function open(): Promise<WireClient> {
  const client = await WireClient.open(server.port);
  clients.push(client);
  return client;
}

beforeEach(async () => {
  server = await AmqpMemoryServer.create({ port: 0, memoryLimit });
});
afterEach(async () => {
  for (const client of clients) client.cut();
  clients = [];
  await server.stop();
});

describe("when messages take more than the memory limit", () => {
  /** Publishes until the server no longer reads: more than the limit, in messages of 64 KiB. */
  async function fill(publisher: WireClient, queue: string): Promise<number> {
    const messages = Math.ceil((3 * memoryLimit) / 65_536);
    for (let index = 0; index < messages; index++) publisher.publish(queue, Buffer.alloc(65_536, index));
    await publisher.next("connection.blocked");
    return messages;
  }

  it("publishers are told and held back, while others go on consuming; then they are told that it is over", async () => {
    const publisher = await open();
    const consumer = await open();
    await publisher.declare("q");
    const messages = await fill(publisher, "q");
    await sleep(50);
    const { memory: held } = server.stats();
    assert.equal(held.blocked, true);
    assert(held.used < memoryLimit + mebibyte, `held ${held.used} bytes, the limit is ${memoryLimit}`);

    const seen: number[] = [];
    consumer.onHeard = ({ method, body }) => {
      if (method.name !== "basic.deliver") return;
      seen.push(body[0] as number);
      consumer.send("basic.ack", { deliveryTag: method.deliveryTag, multiple: false });
    };
    const flags = { noLocal: false, noAck: false, exclusive: false, nowait: true };
    consumer.send("basic.consume", { queue: "q", consumerTag: "c", ...flags, arguments: new Map() });
    await publisher.next("connection.unblocked");
    await until("all messages consumed", () => seen.length === messages);
    assert.deepEqual(
      seen,
      Array.from({ length: messages }, (_, index) => index % 256),
    );
    await until("all memory given back", () => server.stats().memory.used === 0);
  });

  it("a publisher that was held back and hangs up is let go of", async () => {
    const publisher = await open();
    const other = await open();
    await publisher.declare("q");
    await fill(publisher, "q");
    publisher.cut();
    other.send("queue.delete", { queue: "q", ifUnused: false, ifEmpty: false, nowait: false });
    await other.next("queue.delete-ok");
    await until("the publisher gone", () => server.stats().connections === 1);
    assert.equal(server.stats().memory.used, 0);
  });

  it("a publisher that dies while it is held back gives back its exclusive queue, and with it the memory", async () => {
    const publisher = await open();
    const flags = { passive: false, durable: false, exclusive: true, autoDelete: false, nowait: false };
    publisher.send("queue.declare", { queue: "own", ...flags, arguments: new Map() });
    await publisher.next("queue.declare-ok");
    await fill(publisher, "own");
    publisher.cut();
    await until("the publisher gone", () => server.stats().connections === 0);
    assert.equal(server.stats().memory.used, 0);
  });

  it("a connection that publishes nothing is told nothing and answered as ever", async () => {
    const publisher = await open();
    const other = await open();
    await publisher.declare("q");
    await fill(publisher, "q");
    for (let round = 0; round < 10; round++) assert((await other.depth("q")) > 0);
    assert.deepEqual(other.heard, []);
  });

  it("a message of about the limit's size is taken in, for it would never fit otherwise", async () => {
    const publisher = await open();
    await publisher.declare("q");
    publisher.publish("q", Buffer.alloc(memoryLimit + mebibyte));
    await until("the message", () => server.stats().queues[0]?.ready === 1);
  });

  it("when messages under way fill twice the limit, the one that goes on is cut off and its bytes are given back", async () => {
    await server.stop();
    server = await AmqpMemoryServer.create({ port: 0, memoryLimit, maxMessageSize: memoryLimit });
    const publishers = await Promise.all([open(), open(), open()]);
    const target = { exchange: "", routingKey: "nowhere", mandatory: false, immediate: false };
    const message = encode(1, "basic.publish", target, { body: Buffer.alloc(memoryLimit) });
    for (const publisher of publishers) publisher.socket.write(message.subarray(0, message.length - 10));
    const codes = Promise.any(publishers.map((publisher) => publisher.next("connection.close")));
    assert.equal((await codes).method.replyCode, 506);
    await until("its bytes given back", () => server.stats().memory.used < 2 * memoryLimit);
    assert.equal((await open()).closed, false);
  });
});

describe("when a consumer stops reading", () => {
  it("only its own deliveries wait: another consumer of the queue gets the rest, and the server keeps little", async () => {
    const publisher = await open();
    const slow = await open();
    await publisher.declare("q");
    await slow.consume("q", { noAck: true, consumerTag: "slow" });
    slow.socket.pause();
    const body = Buffer.alloc(32_768);
    const stuck = (): boolean => (server.stats().queues[0]?.ready ?? 0) > 20;
    for (let batch = 0; !stuck(); batch++) {
      assert(batch < 2000, "the slow consumer's deliveries never stopped");
      for (let index = 0; index < 10; index++) publisher.publish("q", body);
      await publisher.depth("q");
    }
    const before = memoryInUse();
    const brisk = await open();
    let taken = 0;
    brisk.onHeard = () => taken++;
    const flags = { noLocal: false, noAck: true, exclusive: false, nowait: true };
    brisk.send("basic.consume", { queue: "q", consumerTag: "brisk", ...flags, arguments: new Map() });
    for (let index = 0; index < 1000; index++) publisher.publish("q", body);
    await until(
      "the brisk consumer to get all that waits",
      () => taken >= 1000 && server.stats().queues[0]?.ready === 0,
    );
    assert(memoryInUse() - before < 64 * mebibyte, "the messages stayed in memory");

    const heard: string[] = [];
    slow.onHeard = (delivery) => heard.push(delivery.body.toString("latin1", 0, 10));
    slow.socket.resume();
    await until("what had waited for the slow one", () => heard.length > 0);
    brisk.cut();
    await until("the brisk consumer gone", () => server.stats().queues[0]?.consumers === 1);
    for (let index = 0; index < 10; index++) publisher.publish("q", "now yours");
    await until("its turn again", () => heard.filter((text) => text === "now yours").length === 10);
  });

  it("answers that it leaves unread are bounded: it is not read from until it reads, then goes on", async () => {
    const client = await open();
    const queue = "a-queue-with-a-rather-long-name".repeat(6);
    await client.declare(queue);
    client.socket.pause();
    const flags = { passive: true, durable: false, exclusive: false, autoDelete: false, nowait: false };
    const question = encode(1, "queue.declare", { queue, ...flags, arguments: new Map() });
    const asked = 200_000;
    const questions = Buffer.concat(Array.from({ length: 1000 }, () => question));
    const before = memoryInUse() + asked * question.length;
    let written = 0;
    for (let batch = 0; batch < asked / 1000; batch++) client.socket.write(questions, () => written++);
    let last = -1;
    while (last !== written) {
      last = written;
      await sleep(200);
    }
    assert(written < asked / 1000, "the server read everything");
    assert(
      memoryInUse() - before < 48 * mebibyte,
      `the server kept ${Math.round((memoryInUse() - before) / mebibyte)} MiB`,
    );

    let answers = 0;
    client.onHeard = () => answers++;
    client.socket.resume();
    await until("every answer", () => answers === asked, 40_000);
  });

  it("direct replies to it are bounded too", async () => {
    const requester = await open();
    const responder = await open();
    await responder.declare("requests");
    await responder.consume("requests", { noAck: true });
    const flags = { noLocal: false, noAck: true, exclusive: false, nowait: false };
    const replyTo = "amq.rabbitmq.reply-to";
    await requester.call("basic.consume", { queue: replyTo, consumerTag: "r", ...flags, arguments: new Map() });
    const properties = Buffer.concat([Buffer.from([0x02, 0x00, replyTo.length]), Buffer.from(replyTo)]);
    requester.publish("requests", "?", properties);
    const request = await responder.next("basic.deliver");
    const address = request.properties.subarray(3).toString();
    requester.socket.pause();
    const before = memoryInUse();
    const body = Buffer.alloc(mebibyte);
    for (let index = 0; index < 300; index++) {
      responder.publish(address, body);
      await responder.depth("requests");
    }
    const kept = Math.round((memoryInUse() - before) / mebibyte);
    assert(kept < 150, `300 MiB of replies were sent, ${kept} MiB are kept`);
  });
});
