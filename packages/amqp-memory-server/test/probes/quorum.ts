import type { Channel, Message } from "amqplib";
import type { Context, Probes } from "./context.ts";
import { bodiesMarked, brief, headersOf, shown } from "./observe.ts";
import type { Fields } from "./raw-methods.ts";

async function quorumQueue(ctx: Context, channel: Channel, args: Fields = {}): Promise<string> {
  return await ctx.queue(channel, "q", { durable: true, arguments: { "x-queue-type": "quorum", ...args } });
}

/** Gets a message, waiting for it: a quorum queue takes what is published and returned in its own time. */
async function get(ctx: Context, channel: Channel, queue: string): Promise<Message> {
  let message: Message | undefined;
  await ctx.until(async () => {
    message = (await channel.get(queue)) || undefined;
    return Boolean(message);
  });
  if (!message) throw new Error("a message was expected and none came");
  return message;
}

const seen = (message: Message) => ({ ...shown(message), deliveryTag: undefined, messageCount: undefined });

export const quorum: Probes = {
  async "a quorum queue without a delivery limit takes returned messages back to its end, and counts deliveries"(ctx) {
    const channel = await ctx.confirmChannel();
    const queue = await quorumQueue(ctx, channel);
    for (const body of ["a", "b"]) channel.sendToQueue(queue, Buffer.from(body));
    await channel.waitForConfirms();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const message = await get(ctx, channel, queue);
      ctx.see(`attempt ${attempt}`, seen(message));
      channel.nack(message, false, true);
      await ctx.depth(channel, queue, 2);
    }
    const inbox = await ctx.consume(channel, queue, { consumerTag: "reader" });
    const messages = await inbox.take(2);
    ctx.see(
      "order",
      messages.map((message) => message.content.toString()),
    );
    ctx.see("counts", messages.map(headersOf));
    channel.ackAll();
  },

  async "x-delivery-limit dead-letters a message returned too often"(ctx) {
    const channel = await ctx.confirmChannel();
    const dead = await ctx.queue(channel, "dead");
    const route = { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead };
    const queue = await quorumQueue(ctx, channel, { "x-delivery-limit": 2, ...route });
    channel.sendToQueue(queue, Buffer.from("x"));
    await channel.waitForConfirms();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const message = await get(ctx, channel, queue);
      ctx.see(`attempt ${attempt}`, headersOf(message));
      channel.nack(message, false, true);
    }
    ctx.see("letter", seen(await get(ctx, channel, dead)));
    ctx.see("left", await channel.get(queue));
  },

  async "with a delivery limit a quorum queue takes returned messages back to its front"(ctx) {
    const channel = await ctx.confirmChannel();
    const queue = await quorumQueue(ctx, channel, { "x-delivery-limit": 5 });
    for (const body of ["a", "b", "c"]) channel.sendToQueue(queue, Buffer.from(body));
    await channel.waitForConfirms();
    const first = await get(ctx, channel, queue);
    await get(ctx, channel, queue);
    channel.nack(first, false, true);
    await ctx.depth(channel, queue, 2);
    ctx.see("next", seen(await get(ctx, channel, queue)));
    channel.nackAll(true);
    await ctx.depth(channel, queue, 3);
    const order = [await get(ctx, channel, queue), await get(ctx, channel, queue), await get(ctx, channel, queue)];
    ctx.see("all returned", bodiesMarked(order));
  },

  async "without a dead letter exchange the limit drops the message"(ctx) {
    const channel = await ctx.confirmChannel();
    const queue = await quorumQueue(ctx, channel, { "x-delivery-limit": 1 });
    channel.sendToQueue(queue, Buffer.from("x"));
    await channel.waitForConfirms();
    for (let attempt = 0; attempt < 2; attempt += 1) channel.nack(await get(ctx, channel, queue), false, true);
    await ctx.lull();
    ctx.see("left", await channel.get(queue));
  },

  async "a closed channel counts as a failed delivery on a quorum queue"(ctx) {
    const connection = await ctx.connect();
    const channel = await ctx.confirmChannel(connection);
    const queue = await quorumQueue(ctx, channel);
    for (const body of ["a", "b"]) channel.sendToQueue(queue, Buffer.from(body));
    await channel.waitForConfirms();
    const inbox = await ctx.consume(channel, queue);
    await inbox.take(2);
    await channel.close();
    const next = await ctx.channel(connection);
    const messages = [await get(ctx, next, queue), await get(ctx, next, queue)];
    ctx.see("again", bodiesMarked(messages));
    ctx.see("counts", messages.map(headersOf));
  },

  async "rejecting on a quorum queue dead-letters with the history of a classic one"(ctx) {
    const channel = await ctx.confirmChannel();
    const dead = await ctx.queue(channel, "dead");
    const route = { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead };
    const queue = await quorumQueue(ctx, channel, { ...route, "x-message-ttl": 60_000, "x-max-length": 5 });
    channel.sendToQueue(queue, Buffer.from("x"));
    await channel.waitForConfirms();
    channel.reject(await get(ctx, channel, queue), false);
    ctx.see("letter", seen(await get(ctx, channel, dead)));
  },

  async "a quorum queue is durable, shared and kept, and refuses what it cannot do"(ctx) {
    const declarations: Record<string, Fields> = {
      "not durable": { durable: false },
      exclusive: { exclusive: true },
      "auto-delete": { autoDelete: true },
      "server-named": { queue: "" },
      "x-max-priority": { arguments: { "x-max-priority": 5 } },
      "x-queue-mode": { arguments: { "x-queue-mode": "lazy" } },
      "x-delivery-limit as text": { arguments: { "x-delivery-limit": "three" } },
      "x-delivery-limit below 0": { arguments: { "x-delivery-limit": -1 } },
      "x-overflow of a kind it lacks": { arguments: { "x-overflow": "reject-publish-dlx" } },
      "x-single-active-consumer": { arguments: { "x-single-active-consumer": true } },
      "x-expires": { arguments: { "x-expires": 60_000 } },
      "x-quorum-initial-group-size": { arguments: { "x-quorum-initial-group-size": 1 } },
    };
    for (const [label, { arguments: args, ...fields }] of Object.entries(declarations)) {
      const raw = await ctx.raw();
      const queue = ctx.name(label);
      const all = { "x-queue-type": "quorum", ...(args as Fields) };
      ctx.see(label, brief(await raw.call(1, "queue.declare", { queue, durable: true, ...fields, arguments: all })));
    }
  },

  async "a quorum queue is not a classic one by the same name"(ctx) {
    const channel = await ctx.channel();
    const queue = await quorumQueue(ctx, channel);
    ctx.see("classic", await ctx.outcome(channel, () => channel.assertQueue(queue, { durable: true })));
    const next = await ctx.channel();
    ctx.see("passive", await next.checkQueue(queue));
    ctx.see("if-unused", await ctx.outcome(next, () => next.deleteQueue(queue, { ifUnused: true })));
    const third = await ctx.channel();
    ctx.see("deleted", await third.deleteQueue(queue));
  },

  async "a quorum queue knows no limit shared by a channel"(ctx) {
    const channel = await ctx.channel();
    const queue = await quorumQueue(ctx, channel);
    await channel.prefetch(1, true);
    ctx.see("global prefetch", await ctx.outcome(channel, () => channel.consume(queue, () => {})));
  },

  async "streams are a kind of queue"(ctx) {
    const raw = await ctx.raw();
    const args = { "x-queue-type": "stream" };
    const queue = ctx.name("stream");
    ctx.see("declare", brief(await raw.call(1, "queue.declare", { queue, durable: true, arguments: args })));
  },
};
