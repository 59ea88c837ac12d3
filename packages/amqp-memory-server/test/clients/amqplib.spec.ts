import assert from "node:assert/strict";
import { once } from "node:events";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import * as amqplib2 from "amqplib";
import * as amqplib010 from "amqplib-0.10";
import { AmqpMemoryServer } from "../../src/index.ts";
import { eventually, freePort, largeBody, MiB, type RunningTarget, targets, unique } from "./targets.ts";

const clients = { "amqplib 2.3": amqplib2, "amqplib 0.10": amqplib010 };

for (const [client, amqplib] of Object.entries(clients)) {
  for (const target of targets) {
    describe(`${client} with ${target.name}`, () => {
      let server: RunningTarget;
      let connection: amqplib2.ChannelModel;
      let channel: amqplib2.ConfirmChannel;
      let queue: string;

      before(async () => {
        server = await target.start();
        connection = await amqplib.connect(server.url);
      });
      after(async () => {
        await connection.close();
        await server.stop();
      });
      beforeEach(async () => {
        channel = await connection.createConfirmChannel();
        ({ queue } = await channel.assertQueue(unique("amqplib"), { exclusive: true }));
      });
      afterEach(() => channel.close().catch(() => {}));

      it("consumes and acknowledges what it published with confirms, in order", async () => {
        const exchange = unique("exchange");
        await channel.assertExchange(exchange, "topic", { autoDelete: true });
        await channel.bindQueue(queue, exchange, "order.#");
        const received: string[] = [];
        await channel.consume(queue, (message) => {
          if (message === null) return;
          received.push(`${message.fields.routingKey} ${message.content} ${message.properties.headers?.number}`);
          channel.ack(message);
        });
        for (let number = 0; number < 100; number++) {
          channel.publish(exchange, "order.made", Buffer.from(`#${number}`), { headers: { number }, persistent: true });
        }
        await channel.waitForConfirms();
        await eventually("all arrive", () => received.length === 100);
        assert.deepEqual(
          received,
          Array.from({ length: 100 }, (_, number) => `order.made #${number} ${number}`),
        );
        await channel.unbindQueue(queue, exchange, "order.#");
      });

      it("holds no more than its prefetch", async () => {
        await channel.prefetch(3);
        const held: amqplib2.ConsumeMessage[] = [];
        await channel.consume(queue, (message) => message && held.push(message));
        for (let number = 0; number < 10; number++) channel.sendToQueue(queue, Buffer.from(String(number)));
        await channel.waitForConfirms();
        await delay(50);
        assert.equal(held.length, 3);
        const [first] = held;
        assert(first);
        channel.ack(first);
        await eventually("one more arrives", () => held.length === 4);
        await delay(50);
        assert.equal(held.length, 4);
      });

      it("gets a nacked message again, marked, and a rejected one no more", async () => {
        channel.sendToQueue(queue, Buffer.from("again"));
        await channel.waitForConfirms();
        const first = await channel.get(queue);
        assert(first);
        assert.equal(first.fields.redelivered, false);
        channel.nack(first, false, true);
        const second = await channel.get(queue);
        assert(second);
        assert.equal(second.fields.redelivered, true);
        channel.reject(second, false);
        assert.equal(await channel.get(queue), false);
      });

      it("is handed back what no queue takes", async () => {
        const returned = once(channel, "return");
        channel.publish("amq.direct", unique("nowhere"), Buffer.from("back"), { mandatory: true });
        const [message] = await returned;
        assert.equal(String(message.content), "back");
        assert.equal(message.fields.replyCode, 312);
        await channel.waitForConfirms();
      });

      it("works on in another channel after an error closed one", async () => {
        const broken = await connection.createChannel();
        const closed = once(broken, "error");
        await assert.rejects(broken.checkQueue(unique("missing")), /NOT_FOUND/);
        const [error] = await closed;
        assert.equal(error.code, 404);
        const next = await connection.createChannel();
        assert.equal((await next.checkQueue(queue)).messageCount, 0);
        await next.close();
      });

      it("calls and answers through direct reply-to", async () => {
        const server = await connection.createChannel();
        await server.consume(queue, (request) => {
          if (request === null) return;
          const { replyTo, correlationId } = request.properties;
          server.sendToQueue(replyTo, Buffer.from(`${request.content}!`), { correlationId });
          server.ack(request);
        });
        const replies = new Map<string, string>();
        const keep = (reply: amqplib2.ConsumeMessage | null) =>
          reply && replies.set(reply.properties.correlationId, String(reply.content));
        await channel.consume("amq.rabbitmq.reply-to", keep, { noAck: true });
        for (const correlationId of ["a", "b", "c"]) {
          channel.sendToQueue(queue, Buffer.from(correlationId), { correlationId, replyTo: "amq.rabbitmq.reply-to" });
        }
        await eventually("three replies", () => replies.size === 3);
        assert.deepEqual(Object.fromEntries(replies), { a: "a!", b: "b!", c: "c!" });
        await server.close();
      });

      for (const size of [MiB, 10 * MiB]) {
        it(`carries a message of ${size / MiB} MiB unharmed`, async () => {
          const body = largeBody(size);
          channel.sendToQueue(queue, body);
          await channel.waitForConfirms();
          const message = await channel.get(queue, { noAck: true });
          assert(message);
          assert(message.content.equals(body));
        });
      }
    });
  }

  describe(`${client} when the server stops`, () => {
    it("sees its connection closed with 320, and connects to the server that follows on the port", async () => {
      const port = await freePort();
      const first = await AmqpMemoryServer.create({ port });
      const before = await amqplib.connect(first.url);
      await before.createChannel();
      const closed = once(before, "close");
      await first.stop();
      const [error] = await closed;
      assert.equal(error.code, 320);
      assert.match(error.message, /CONNECTION_FORCED/);

      const second = await AmqpMemoryServer.create({ port });
      const again = await amqplib.connect(second.url);
      const channel = await again.createChannel();
      await channel.assertQueue("again");
      await again.close();
      await second.stop();
    });
  });
}

describe("amqplib 2.3 with its own recovery", () => {
  it("goes on consuming after the server's restart", async () => {
    const port = await freePort();
    let server = await AmqpMemoryServer.create({ port });
    const received: string[] = [];
    const connection = await amqplib2.connect(server.url, {
      recovery: {
        initialDelay: 20,
        setup: async (model: amqplib2.ChannelModel) => {
          const channel = await model.createChannel();
          await channel.assertQueue("work");
          await channel.consume("work", (message) => message && received.push(String(message.content)), {
            noAck: true,
          });
        },
      },
    });
    const send = async (text: string): Promise<void> => {
      const channel = await connection.createConfirmChannel();
      channel.sendToQueue("work", Buffer.from(text));
      await channel.waitForConfirms();
    };
    await send("before");
    await eventually("the first message arrives", () => received.length === 1);
    const disconnected = once(connection, "disconnect");
    await server.stop();
    await disconnected;
    server = await AmqpMemoryServer.create({ port });
    await send("after");
    await eventually("the second message arrives", () => received.length === 2);
    assert.deepEqual(received, ["before", "after"]);
    await connection.close();
    await server.stop();
  });
});
