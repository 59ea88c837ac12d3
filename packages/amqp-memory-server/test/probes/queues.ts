import type { Probes } from "./context.ts";
import { bodies, brief } from "./observe.ts";

export const queues: Probes = {
  async "a queue left unnamed gets a name from the server, which the channel remembers"(ctx) {
    const raw = await ctx.raw();
    const declared = await raw.call(1, "queue.declare", { exclusive: true });
    ctx.see("declared", brief(declared));
    ctx.see("name's alphabet", /^amq\.gen-[A-Za-z0-9_-]{22}$/.test(String(declared.queue)));
    raw.publish(1, { routingKey: declared.queue }, "one");
    ctx.see("get from ''", brief(await raw.call(1, "basic.get", { queue: "", noAck: true })));
    await raw.listen(2);
    ctx.see("bind ''", brief(await raw.call(1, "queue.bind", { queue: "", exchange: "amq.fanout" })));
    ctx.see("purge ''", brief(await raw.call(1, "queue.purge", { queue: "" })));
    ctx.see("delete ''", brief(await raw.call(1, "queue.delete", { queue: "" })));
    ctx.see("passive ''", brief(await raw.call(1, "queue.declare", { queue: "", passive: true })));
  },

  async "a bind with neither queue nor key uses the last declared queue's name as key"(ctx) {
    const raw = await ctx.raw();
    const exchange = ctx.name("x");
    const queue = ctx.name("q");
    await raw.call(1, "exchange.declare", { exchange, type: "direct" });
    await raw.call(1, "queue.declare", { queue });
    await raw.call(1, "queue.bind", { queue: "", exchange, routingKey: "" });
    raw.publish(1, { exchange, routingKey: queue }, "by name");
    raw.publish(1, { exchange, routingKey: "" }, "by nothing");
    ctx.see("get", brief(await raw.call(1, "basic.get", { queue, noAck: true })));
    ctx.see("content", (await raw.listen(2)).map(brief));
  },

  async "no queue declared yet on the channel and none named is an error"(ctx) {
    for (const [method, fields] of [
      ["basic.consume", {}],
      ["queue.bind", { exchange: "amq.direct" }],
      ["queue.delete", {}],
      ["queue.purge", {}],
      ["basic.get", {}],
    ] as const) {
      const raw = await ctx.raw();
      ctx.see(method, brief(await raw.call(1, method, { queue: "", ...fields })));
    }
  },

  async "declaring again with the same arguments tells the counters"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    for (const body of ["a", "b", "c"]) channel.sendToQueue(queue, Buffer.from(body));
    await ctx.depth(channel, queue, 3);
    ctx.see("three messages", await channel.assertQueue(queue, { durable: false }));
    const inbox = await ctx.consume(channel, queue);
    await inbox.take(3);
    ctx.see("unacknowledged do not count", await channel.checkQueue(queue));
    ctx.see("purge leaves them", await channel.purgeQueue(queue));
    await channel.cancel(inbox.consumerTag);
    ctx.see("cancelled", await channel.checkQueue(queue));
    channel.nackAll(true);
    ctx.see("requeued", await ctx.depth(channel, queue, 3));
    ctx.see("purge", await channel.purgeQueue(queue));
    channel.sendToQueue(queue, Buffer.from("d"));
    ctx.see("delete", await channel.deleteQueue(queue));
    ctx.see("delete again", await channel.deleteQueue(queue));
    ctx.see("purge what is gone", await ctx.outcome(channel, () => channel.purgeQueue(queue)));
  },

  async "if-unused and if-empty protect a queue"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    channel.sendToQueue(queue, Buffer.from("x"));
    ctx.see("not empty", await ctx.outcome(channel, () => channel.deleteQueue(queue, { ifEmpty: true })));
    const second = await ctx.channel();
    const inbox = await ctx.consume(second, queue, { noAck: true });
    const third = await ctx.channel();
    ctx.see("in use", await ctx.outcome(third, () => third.deleteQueue(queue, { ifUnused: true })));
    await inbox.take(1);
    await second.cancel(inbox.consumerTag);
    ctx.see("neither", await second.deleteQueue(queue, { ifUnused: true, ifEmpty: true }));
  },

  async "an exclusive queue belongs to its connection and dies with it"(ctx) {
    const owner = await ctx.connect();
    const channel = await ctx.channel(owner);
    const queue = await ctx.queue(channel, "q", { exclusive: true });
    const sameConnection = await ctx.channel(owner);
    ctx.see("own other channel", await sameConnection.checkQueue(queue));
    const attempts: Record<string, (other: typeof channel) => unknown> = {
      declare: (other) => other.assertQueue(queue, { exclusive: true, durable: false }),
      "declare not exclusive": (other) => other.assertQueue(queue, { durable: false }),
      "passive declare": (other) => other.checkQueue(queue),
      consume: (other) => other.consume(queue, () => {}),
      get: (other) => other.get(queue),
      bind: (other) => other.bindQueue(queue, "amq.fanout", ""),
      purge: (other) => other.purgeQueue(queue),
      delete: (other) => other.deleteQueue(queue),
      publish: (other) => other.sendToQueue(queue, Buffer.from("x")),
    };
    const stranger = await ctx.connect();
    for (const [attempt, action] of Object.entries(attempts)) {
      const other = await ctx.channel(stranger);
      ctx.see(`another connection: ${attempt}`, await ctx.outcome(other, () => action(other)));
    }
    ctx.see("published from there", bodies(await ctx.fetch(channel, queue, 1)));
    await owner.close();
    const after = await ctx.channel(stranger);
    ctx.see("owner gone", await ctx.outcome(after, () => after.checkQueue(queue)));
  },

  async "an exclusive queue dies when its connection is cut"(ctx) {
    const owner = await ctx.raw();
    const queue = ctx.name("q");
    await owner.call(1, "queue.declare", { queue, exclusive: true });
    owner.cut();
    const connection = await ctx.connect();
    let outcome: unknown;
    await ctx.until(async () => {
      const channel = await ctx.channel(connection);
      outcome = await ctx.outcome(channel, () => channel.checkQueue(queue));
      return JSON.stringify(outcome).includes("404");
    });
    ctx.see("afterwards", outcome);
  },

  async "an auto-delete queue goes with its last consumer, and not before it had one"(ctx) {
    const connection = await ctx.connect();
    const channel = await ctx.channel(connection);
    const queue = await ctx.queue(channel, "q", { autoDelete: true });
    ctx.see("no consumer yet", await channel.checkQueue(queue));
    const first = await ctx.consume(channel, queue);
    const second = await ctx.channel(connection);
    await ctx.consume(second, queue);
    await channel.cancel(first.consumerTag);
    ctx.see("one of two cancelled", await channel.checkQueue(queue));
    await second.close();
    ctx.see("the last channel closed", await ctx.outcome(channel, () => channel.checkQueue(queue)));
  },

  async "x-expires deletes an unused queue, and use keeps it"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "unused", { expires: 200 });
    const consumed = await ctx.queue(channel, "consumed", { expires: 200 });
    const polled = await ctx.queue(channel, "polled", { expires: 1_200 });
    await ctx.consume(channel, consumed);
    for (let poll = 0; poll < 8; poll += 1) {
      await ctx.lull(200);
      await channel.get(polled);
    }
    ctx.see("polled", await channel.checkQueue(polled));
    ctx.see("consumed", await channel.checkQueue(consumed));
    ctx.see("unused", await ctx.outcome(channel, () => channel.checkQueue(queue)));
  },

  async "durable queues and persistent messages outlive their connection"(ctx) {
    const connection = await ctx.connect();
    const channel = await ctx.channel(connection);
    const queue = await ctx.queue(channel, "durable", { durable: true });
    const transient = await ctx.queue(channel, "transient");
    channel.sendToQueue(queue, Buffer.from("kept"), { persistent: true });
    channel.sendToQueue(queue, Buffer.from("kept too"), { persistent: false });
    channel.sendToQueue(transient, Buffer.from("and here"));
    await channel.close();
    await connection.close();
    const later = await ctx.channel();
    ctx.see("durable", bodies(await ctx.fetch(later, queue, 2)));
    ctx.see("not durable", bodies(await ctx.fetch(later, transient, 1)));
  },

  async "nowait methods do their work and answer nothing"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    const exchange = ctx.name("x");
    raw.send(1, "exchange.declare", { exchange, type: "fanout", nowait: true });
    raw.send(1, "queue.declare", { queue, nowait: true });
    raw.send(1, "queue.bind", { queue, exchange, nowait: true });
    raw.publish(1, { exchange }, "one");
    // The count in it may lag behind: RabbitMQ answers a passive declare ahead of waiting publishes.
    ctx.see("first answer", (await raw.call(1, "queue.declare", { queue, passive: true })).type);
    raw.send(1, "basic.consume", { queue, consumerTag: "c", nowait: true, noAck: true });
    ctx.see("delivery without consume-ok", (await raw.listen(3)).map(brief));
    raw.send(1, "basic.cancel", { consumerTag: "c", nowait: true });
    raw.publish(1, { exchange }, "two");
    raw.send(1, "queue.purge", { queue, nowait: true });
    ctx.see("purged, no consumer", brief(await raw.call(1, "queue.declare", { queue, passive: true })));
    raw.send(1, "confirm.select", { nowait: true });
    raw.publish(1, { exchange }, "three");
    ctx.see("confirm", brief(await raw.next()));
    raw.send(1, "queue.delete", { queue, nowait: true });
    raw.send(1, "exchange.delete", { exchange, nowait: true });
    ctx.see("deleted", brief(await raw.call(1, "queue.declare", { queue, passive: true })));
  },
};
