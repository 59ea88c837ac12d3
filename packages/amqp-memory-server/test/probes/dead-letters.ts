import type { Channel, Message } from "amqplib";
import type { Context, Probes } from "./context.ts";
import { bodies, brief, shown } from "./observe.ts";

async function letter(ctx: Context, channel: Channel, queue: string): Promise<unknown> {
  const [message] = await ctx.fetch(channel, queue, 1);
  // Its delivery tag depends on how often the queue was asked before the letter came.
  return message && { ...shown(message), deliveryTag: undefined };
}

async function rejectOne(channel: Channel, queue: string): Promise<Message> {
  const message = await channel.get(queue);
  if (!message) throw new Error(`${queue} was expected to hold a message`);
  channel.reject(message, false);
  return message;
}

export const deadLetters: Probes = {
  async "a rejected message goes to the dead letter exchange with its history, types included"(ctx) {
    const raw = await ctx.raw();
    const exchange = ctx.name("dlx");
    const dead = ctx.name("dead");
    const queue = ctx.name("q");
    await raw.call(1, "exchange.declare", { exchange, type: "topic" });
    await raw.call(1, "queue.declare", { queue: dead });
    await raw.call(1, "queue.bind", { queue: dead, exchange, routingKey: "#" });
    await raw.call(1, "queue.declare", { queue, arguments: { "x-dead-letter-exchange": exchange } });
    await raw.call(1, "basic.consume", { queue: dead, consumerTag: "undertaker", noAck: true });
    raw.publish(1, { routingKey: queue }, "x", { headers: { own: "header" }, priority: 3, deliveryMode: 2 });
    await raw.call(1, "basic.get", { queue });
    await raw.listen(2);
    raw.send(1, "basic.reject", { deliveryTag: 1, requeue: false });
    ctx.see("letter", (await raw.listen(3)).map(brief));
  },

  async "nack without requeue, several at once, dead-letters each in order"(ctx) {
    const channel = await ctx.channel();
    const dead = await ctx.queue(channel, "dead");
    const options = { deadLetterExchange: "", deadLetterRoutingKey: dead };
    const queue = await ctx.queue(channel, "q", options);
    const inbox = await ctx.consume(channel, queue);
    for (const body of ["a", "b", "c"]) channel.sendToQueue(queue, Buffer.from(body));
    const given = await inbox.take(3);
    const last = given[2];
    if (last) channel.nack(last, true, false);
    ctx.see("letters", bodies(await ctx.fetch(channel, dead, 3)));
  },

  async "an expired message says so, and loses its expiration"(ctx) {
    const channel = await ctx.channel();
    const dead = await ctx.queue(channel, "dead");
    const options = { deadLetterExchange: "", deadLetterRoutingKey: dead };
    const own = await ctx.queue(channel, "own", options);
    channel.sendToQueue(own, Buffer.from("own expiration"), { expiration: "30" });
    ctx.see("own", await letter(ctx, channel, dead));
    const ttl = await ctx.queue(channel, "ttl", { ...options, messageTtl: 30 });
    channel.sendToQueue(ttl, Buffer.from("queue's TTL"));
    ctx.see("queue's", await letter(ctx, channel, dead));
    const both = await ctx.queue(channel, "both", { ...options, messageTtl: 30 });
    channel.sendToQueue(both, Buffer.from("both"), { expiration: "60000" });
    ctx.see("both", await letter(ctx, channel, dead));
  },

  async "a message pushed out by the length limit says so"(ctx) {
    const channel = await ctx.channel();
    const dead = await ctx.queue(channel, "dead");
    const options = { deadLetterExchange: "", deadLetterRoutingKey: dead, maxLength: 1 };
    const queue = await ctx.queue(channel, "q", options);
    for (const body of ["oldest", "newest"]) channel.sendToQueue(queue, Buffer.from(body));
    ctx.see("letter", await letter(ctx, channel, dead));
    ctx.see("left", bodies(await ctx.fetch(channel, queue, 1)));
  },

  async "deaths of the same queue and reason are counted, others put first"(ctx) {
    const channel = await ctx.channel();
    const second = ctx.name("second");
    const first = await ctx.queue(channel, "first", { deadLetterExchange: "", deadLetterRoutingKey: second });
    await ctx.queue(channel, "second", { deadLetterExchange: "", deadLetterRoutingKey: first, messageTtl: 20 });
    channel.sendToQueue(first, Buffer.from("x"));
    for (let round = 1; round <= 2; round += 1) {
      await ctx.depth(channel, first, 1);
      await rejectOne(channel, first);
      await ctx.depth(channel, first, 1);
      const message = await channel.get(first);
      ctx.see(`round ${round}`, message && { headers: message.properties.headers });
      if (message) channel.nack(message, false, true);
    }
  },

  async "a message that goes in a circle without being rejected is dropped"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q", {
      messageTtl: 1_000,
      deadLetterExchange: "",
      deadLetterRoutingKey: ctx.name("q"),
    });
    channel.sendToQueue(queue, Buffer.from("x"));
    ctx.see("before", await ctx.depth(channel, queue, 1));
    ctx.see("after its time", await ctx.depth(channel, queue, 0));
    await ctx.lull();
    ctx.see("and it stays away", await channel.get(queue));
    const rejecting = await ctx.queue(channel, "r", { deadLetterExchange: "", deadLetterRoutingKey: ctx.name("r") });
    channel.sendToQueue(rejecting, Buffer.from("y"));
    await rejectOne(channel, rejecting);
    ctx.see("a rejected one comes round", await letter(ctx, channel, rejecting));
  },

  async "without a key of its own the dead letter keeps its routing keys, CC and BCC included"(ctx) {
    const channel = await ctx.channel();
    const exchange = await ctx.exchange(channel, "dlx", "direct");
    const dead = await ctx.queue(channel, "dead");
    const copied = await ctx.queue(channel, "copied");
    const hidden = await ctx.queue(channel, "hidden");
    const queue = await ctx.queue(channel, "q", { deadLetterExchange: exchange });
    await channel.bindQueue(dead, exchange, queue);
    await channel.bindQueue(copied, exchange, "cc");
    await channel.bindQueue(hidden, exchange, "bcc");
    channel.sendToQueue(queue, Buffer.from("x"), { CC: ["cc"], BCC: ["bcc"] });
    await rejectOne(channel, queue);
    ctx.see("by its key", await letter(ctx, channel, dead));
    ctx.see("by CC", await letter(ctx, channel, copied));
    ctx.see("by BCC", await letter(ctx, channel, hidden));
  },

  async "with a key of its own the queue's dead letters lose CC"(ctx) {
    const channel = await ctx.channel();
    const dead = await ctx.queue(channel, "dead");
    const queue = await ctx.queue(channel, "q", { deadLetterExchange: "", deadLetterRoutingKey: dead });
    channel.sendToQueue(queue, Buffer.from("x"), { CC: [`${queue}.nobody`], headers: { own: 1 } });
    await rejectOne(channel, queue);
    ctx.see("letter", await letter(ctx, channel, dead));
  },

  async "a dead letter exchange that is missing, or routes nowhere, loses the message"(ctx) {
    const channel = await ctx.channel();
    const missing = await ctx.queue(channel, "missing", { deadLetterExchange: ctx.name("nowhere") });
    const dead = await ctx.exchange(channel, "dlx", "direct");
    const unbound = await ctx.queue(channel, "unbound", { deadLetterExchange: dead });
    for (const queue of [missing, unbound]) {
      channel.sendToQueue(queue, Buffer.from("x"));
      ctx.see("rejected", await ctx.outcome(channel, () => rejectOne(channel, queue)));
      ctx.see("left", await channel.get(queue));
    }
  },

  async "purging and deleting a queue, or its expiry, dead-letter nothing"(ctx) {
    const channel = await ctx.channel();
    const dead = await ctx.queue(channel, "dead");
    const options = { deadLetterExchange: "", deadLetterRoutingKey: dead };
    const queue = await ctx.queue(channel, "q", options);
    channel.sendToQueue(queue, Buffer.from("purged"));
    ctx.see("purged", await channel.purgeQueue(queue));
    channel.sendToQueue(queue, Buffer.from("deleted"));
    ctx.see("deleted", await channel.deleteQueue(queue));
    const short = await ctx.queue(channel, "short", { ...options, expires: 50 });
    channel.sendToQueue(short, Buffer.from("expired with its queue"));
    await ctx.lull(250);
    ctx.see("letters", await channel.get(dead));
  },

  async "a history that the publisher wrote is carried on"(ctx) {
    const channel = await ctx.channel();
    const dead = await ctx.queue(channel, "dead");
    const queue = await ctx.queue(channel, "q", { deadLetterExchange: "", deadLetterRoutingKey: dead });
    const death = { count: 4, reason: "rejected", queue: "elsewhere", exchange: "e", "routing-keys": ["k"] };
    channel.sendToQueue(queue, Buffer.from("x"), { headers: { "x-death": [death] } });
    await rejectOne(channel, queue);
    ctx.see("letter", await letter(ctx, channel, dead));
    channel.sendToQueue(queue, Buffer.from("y"), { headers: { "x-death": "no list" } });
    await rejectOne(channel, queue);
    ctx.see("history that is no list", await letter(ctx, channel, dead));
  },
};
