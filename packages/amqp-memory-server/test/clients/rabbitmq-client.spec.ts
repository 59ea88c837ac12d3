import assert from "node:assert/strict";
import { once } from "node:events";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type AsyncMessage, type Channel, Connection, ConsumerStatus, type ReturnedMessage } from "rabbitmq-client";
import { AmqpMemoryServer } from "../../src/index.ts";
import { eventually, freePort, largeBody, MiB, type RunningTarget, targets, unique } from "./targets.ts";

for (const target of targets) {
  describe(`rabbitmq-client 5 with ${target.name}`, () => {
    let server: RunningTarget;
    let connection: Connection;
    let channel: Channel;
    let queue: string;

    before(async () => {
      server = await target.start();
      connection = new Connection(server.url);
      await connection.onConnect();
    });
    after(async () => {
      await connection.close();
      await server.stop();
    });
    beforeEach(async () => {
      channel = await connection.acquire();
      queue = unique("rabbitmq-client");
      await channel.queueDeclare({ queue });
    });
    afterEach(async () => {
      await connection.queueDelete(queue);
      await channel.close();
    });

    it("consumes and acknowledges what it published with confirms, in order", async () => {
      const exchange = unique("exchange");
      const received: unknown[] = [];
      const consumer = connection.createConsumer(
        {
          queue,
          queueOptions: { queue },
          qos: { prefetchCount: 10 },
          concurrency: 1,
          exchanges: [{ exchange, type: "topic", autoDelete: true }],
          queueBindings: [{ queue, exchange, routingKey: "order.*" }],
        },
        (message) => void received.push(message.body),
      );
      await once(consumer, "ready");
      const publisher = connection.createPublisher({ confirm: true });
      await Promise.all(
        Array.from({ length: 100 }, (_, number) => publisher.send({ exchange, routingKey: "order.made" }, { number })),
      );
      await eventually("all arrive", () => received.length === 100);
      assert.deepEqual(
        received,
        Array.from({ length: 100 }, (_, number) => ({ number })),
      );
      await publisher.close();
      await consumer.close();
      assert.equal(consumer.stats.acknowledged, 100);
    });

    it("holds no more than its prefetch", async () => {
      const held: AsyncMessage[] = [];
      await channel.basicQos({ prefetchCount: 3 });
      await channel.basicConsume({ queue }, (message) => held.push(message));
      const publisher = connection.createPublisher({ confirm: true });
      for (let number = 0; number < 10; number++) await publisher.send(queue, number);
      await delay(50);
      assert.equal(held.length, 3);
      const [first] = held;
      assert(first);
      channel.basicAck({ deliveryTag: first.deliveryTag });
      await eventually("one more arrives", () => held.length === 4);
      await delay(50);
      assert.equal(held.length, 4);
      await publisher.close();
    });

    it("gets a message again that its handler gave back", async () => {
      const redelivered: boolean[] = [];
      const consumer = connection.createConsumer({ queue }, (message) => {
        redelivered.push(message.redelivered);
        return message.redelivered ? ConsumerStatus.DROP : ConsumerStatus.REQUEUE;
      });
      await once(consumer, "ready");
      await channel.basicPublish(queue, "again");
      await eventually("it comes twice", () => redelivered.length === 2);
      assert.deepEqual(redelivered, [false, true]);
      await consumer.close();
    });

    it("is handed back what no queue takes", async () => {
      const returned = once(channel, "basic.return") as Promise<ReturnedMessage[]>;
      await channel.basicPublish({ routingKey: unique("nowhere"), mandatory: true }, "back");
      const [message] = await returned;
      assert.equal(message?.replyCode, 312);
      assert.equal(message?.body, "back");
    });

    it("works on in another channel after an error closed one", async () => {
      const broken = await connection.acquire();
      await assert.rejects(broken.queueDeclare({ queue: unique("missing"), passive: true }), { code: "NOT_FOUND" });
      await eventually("it is closed", () => !broken.active);
      const next = await connection.acquire();
      assert.equal((await next.queueDeclare({ queue, passive: true })).messageCount, 0);
      await next.close();
    });

    it("calls and answers through direct reply-to", async () => {
      const consumer = connection.createConsumer({ queue }, (request, reply) => reply(`${request.body}!`));
      await once(consumer, "ready");
      const caller = connection.createRPCClient({ confirm: true, timeout: 5000 });
      const replies = await Promise.all(["a", "b", "c"].map((body) => caller.send(queue, body)));
      assert.deepEqual(
        replies.map(({ body }) => body),
        ["a!", "b!", "c!"],
      );
      await caller.close();
      await consumer.close();
    });

    for (const size of [MiB, 10 * MiB]) {
      it(`carries a message of ${size / MiB} MiB unharmed`, async () => {
        const body = largeBody(size);
        await channel.confirmSelect();
        await channel.basicPublish(queue, body);
        const message = await channel.basicGet({ queue, noAck: true });
        assert(Buffer.isBuffer(message?.body));
        assert(message.body.equals(body));
      });
    }
  });
}

describe("rabbitmq-client 5 when the server stops", () => {
  it("sees its connection forced closed, reconnects and goes on consuming", async () => {
    const port = await freePort();
    let server = await AmqpMemoryServer.create({ port });
    const connection = new Connection({ url: server.url, retryLow: 20, retryHigh: 100 });
    const errors: { code?: string }[] = [];
    connection.on("error", (error) => errors.push(error));
    const received: unknown[] = [];
    const consumer = connection.createConsumer(
      { queue: "work", queueOptions: { queue: "work", durable: true } },
      (message) => void received.push(message.body),
    );
    consumer.on("error", () => {});
    await once(consumer, "ready");
    const publisher = connection.createPublisher({ confirm: true, maxAttempts: 5 });
    await publisher.send("work", "before");
    await eventually("the first message arrives", () => received.length === 1);

    const back = once(consumer, "ready");
    await server.stop();
    await eventually("the error", () => errors.length > 0);
    assert.equal(errors[0]?.code, "CONNECTION_FORCED");
    server = await AmqpMemoryServer.create({ port });
    await back;
    await publisher.send("work", "after");
    await eventually("the second message arrives", () => received.length === 2);
    assert.deepEqual(received, ["before", "after"]);
    await publisher.close();
    await consumer.close();
    await connection.close();
    await server.stop();
  });
});
