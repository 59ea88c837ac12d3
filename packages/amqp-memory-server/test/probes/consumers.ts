import type { Message } from "amqplib";
import type { Probes } from "./context.ts";
import { bodies, bodiesMarked, brief } from "./observe.ts";

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

export const consumers: Probes = {
  async "consumers of a queue take turns"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    const inboxes = [];
    for (let index = 0; index < 3; index += 1) inboxes.push(await ctx.consume(channel, queue, { noAck: true }));
    for (const number of numbers(1, 9)) channel.sendToQueue(queue, Buffer.from(number));
    for (const inbox of inboxes) ctx.see("share", bodies(await inbox.take(3)));
  },

  async "a consumer that has its fill holds back no other"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    await channel.prefetch(1);
    const stuck = await ctx.consume(channel, queue);
    await channel.prefetch(0);
    const eager = await ctx.consume(channel, queue, { noAck: true });
    for (const number of numbers(1, 8)) channel.sendToQueue(queue, Buffer.from(number));
    ctx.see("eager", bodies(await eager.take(7)));
    ctx.see("stuck", bodies(stuck.waiting));
  },

  async "prefetch holds each consumer of a channel to its own limit"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    await channel.prefetch(2);
    const first = await ctx.consume(channel, queue);
    await channel.prefetch(1);
    const second = await ctx.consume(channel, queue);
    for (const number of numbers(1, 6)) channel.sendToQueue(queue, Buffer.from(number));
    const held = [await first.take(2), await second.take(1)];
    ctx.see("held", held.map(bodies));
    await ctx.lull();
    ctx.see("beyond the limit", [...bodies(first.waiting), ...bodies(second.waiting)]);
    ctx.see("waiting in the queue", (await channel.checkQueue(queue)).messageCount);
    for (const message of held[0] ?? []) channel.ack(message);
    ctx.see("after acknowledging", bodies(await first.take(2)));
    ctx.see("left", await ctx.depth(channel, queue, 1));
  },

  async "global prefetch is shared by the consumers of a channel"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    await channel.prefetch(3, true);
    const inboxes = [await ctx.consume(channel, queue), await ctx.consume(channel, queue)];
    for (const number of numbers(1, 6)) channel.sendToQueue(queue, Buffer.from(number));
    ctx.see("left in the queue", await ctx.depth(channel, queue, 3));
    await ctx.lull();
    ctx.see("held", inboxes.flatMap((inbox) => bodies(inbox.waiting)).sort());
    const [message] = inboxes.flatMap((inbox) => inbox.waiting);
    if (message) channel.ack(message);
    ctx.see("one acknowledged, one more came", await ctx.depth(channel, queue, 2));
  },

  async "prefetch 0 is no limit, basic.get is outside every limit, a prefetch size is not implemented"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    await raw.call(1, "basic.qos", { prefetchCount: 1 });
    for (const number of numbers(1, 3)) raw.publish(1, { routingKey: queue }, number);
    await raw.call(1, "basic.consume", { queue, consumerTag: "c" });
    await raw.listen(3);
    ctx.see("get", brief(await raw.call(1, "basic.get", { queue })));
    await raw.listen(2);
    ctx.see("size", brief(await raw.call(1, "basic.qos", { prefetchSize: 10 })));
    const channel = await ctx.channel();
    await channel.prefetch(0);
    const inbox = await ctx.consume(channel, queue);
    for (const number of numbers(4, 30)) channel.sendToQueue(queue, Buffer.from(number));
    ctx.see("no limit", (await inbox.take(30)).length);
  },

  async "lowering and raising the prefetch applies to consumers started later"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    await channel.prefetch(1);
    const inbox = await ctx.consume(channel, queue);
    await channel.prefetch(3);
    for (const number of numbers(1, 5)) channel.sendToQueue(queue, Buffer.from(number));
    const [message] = await inbox.take(1);
    await ctx.lull();
    ctx.see("the older consumer's", [message, ...inbox.waiting].length);
  },

  async "a consumer of higher priority is served first, until it is full"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    await channel.prefetch(2);
    const low = await ctx.consume(channel, queue, { priority: -1 });
    const normal = await ctx.consume(channel, queue);
    const high = await ctx.consume(channel, queue, { priority: 10 });
    for (const number of numbers(1, 5)) channel.sendToQueue(queue, Buffer.from(number));
    for (const [name, inbox, count] of [
      ["high", high, 2],
      ["normal", normal, 2],
      ["low", low, 1],
    ] as const)
      ctx.see(name, bodies(await inbox.take(count)));
    ctx.see(
      "no number",
      await ctx.outcome(channel, () => channel.consume(queue, () => {}, { arguments: { "x-priority": "high" } })),
    );
  },

  async "a single active consumer has the queue to itself until it leaves"(ctx) {
    const connection = await ctx.connect();
    const channel = await ctx.channel(connection);
    const queue = await ctx.queue(channel, "q", { arguments: { "x-single-active-consumer": true } });
    const second = await ctx.channel(connection);
    const active = await ctx.consume(channel, queue);
    const inboxes = [await ctx.consume(second, queue), await ctx.consume(second, queue, { priority: 5 })];
    for (const number of numbers(1, 4)) channel.sendToQueue(queue, Buffer.from(number));
    ctx.see("all to the first", bodies(await active.take(4)));
    ctx.see("consumers counted", (await channel.checkQueue(queue)).consumerCount);
    await channel.close();
    await ctx.until(async () => inboxes.some((inbox) => inbox.waiting.length === 4));
    ctx.see(
      "all again to one other",
      inboxes.map((inbox) => bodiesMarked(inbox.waiting)),
    );
    const fourth = await ctx.channel(connection);
    ctx.see("exclusive there", await ctx.outcome(fourth, () => fourth.consume(queue, () => {}, { exclusive: true })));
  },

  async "an exclusive consumer shuts others out, and cannot come second"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    const inbox = await ctx.consume(channel, queue, { exclusive: true });
    const other = await ctx.channel();
    ctx.see("second", await ctx.outcome(other, () => other.consume(queue, () => {})));
    await channel.cancel(inbox.consumerTag);
    await ctx.consume(channel, queue);
    const third = await ctx.channel();
    ctx.see("exclusive second", await ctx.outcome(third, () => third.consume(queue, () => {}, { exclusive: true })));
  },

  async "consumer tags are unique on a channel; cancelling an unknown one is fine"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    ctx.see("given", brief(await raw.call(1, "basic.consume", { queue, consumerTag: "tag" })));
    ctx.see("made", brief(await raw.call(1, "basic.consume", { queue })));
    ctx.see("unknown cancelled", brief(await raw.call(1, "basic.cancel", { consumerTag: "nobody" })));
    ctx.see("cancelled", brief(await raw.call(1, "basic.cancel", { consumerTag: "tag" })));
    ctx.see("given again", brief(await raw.call(1, "basic.consume", { queue, consumerTag: "tag" })));
    ctx.see("given twice", brief(await raw.call(1, "basic.consume", { queue, consumerTag: "tag" })));
  },

  async "deleting a queue cancels its consumers, telling those who asked to be told"(ctx) {
    const asked = await ctx.raw();
    const silent = await ctx.raw({ clientProperties: {} });
    const queue = ctx.name("q");
    await asked.call(1, "queue.declare", { queue });
    await asked.call(1, "basic.consume", { queue, consumerTag: "asked" });
    await silent.call(1, "basic.consume", { queue, consumerTag: "silent" });
    const channel = await ctx.channel();
    await channel.deleteQueue(queue);
    ctx.see("asked", await asked.next());
    ctx.see("did not ask", await silent.next(300));
    ctx.see("still there", brief(await silent.call(1, "basic.cancel", { consumerTag: "silent" })));
  },

  async "cancelling keeps what the consumer holds; it can still be acknowledged"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    const inbox = await ctx.consume(channel, queue);
    for (const body of ["a", "b"]) channel.sendToQueue(queue, Buffer.from(body));
    const [a, b] = (await inbox.take(2)) as [Message, Message];
    await channel.cancel(inbox.consumerTag);
    ctx.see("not given back", (await channel.checkQueue(queue)).messageCount);
    channel.ack(a);
    channel.nack(b);
    ctx.see("given back on nack", bodiesMarked(await ctx.fetch(channel, queue, 1)));
  },
};
