import type { Channel } from "amqplib";
import type { Context, Probes } from "./context.ts";
import { bodies, headersOf, shown } from "./observe.ts";

const TOPIC_PATTERNS = ["#", "*", "*.*", "a.#", "#.a", "a.*.c", "#.b.#", "", "a..b", "*.", "#.#", "a.#.c", "*.#", "a"];
const TOPIC_KEYS = ["", "a", "b", "a.b", "a.b.c", "a.c", "a..b", ".", "a.", ".a", "*", "#", "a.b.b.c", "A"];

async function contents(channel: Channel, queue: string): Promise<string[]> {
  const found: string[] = [];
  for (let next = await channel.get(queue, { noAck: true }); next; next = await channel.get(queue, { noAck: true }))
    found.push(next.content.toString());
  return found;
}

/** A queue for every binding, named after it, so that what each holds tells what the binding lets through. */
async function queuesBound(ctx: Context, channel: Channel, exchange: string, keys: string[]): Promise<string[]> {
  const queues: string[] = [];
  for (const [index, key] of keys.entries()) {
    const queue = await ctx.queue(channel, `bound-${index}`, { exclusive: true });
    await channel.bindQueue(queue, exchange, key);
    queues.push(queue);
  }
  return queues;
}

export const exchanges: Probes = {
  async "the default exchange routes to the queue of that name and to no other"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    const other = await ctx.queue(channel, "other");
    channel.sendToQueue(queue, Buffer.from("hello"));
    channel.sendToQueue(`${queue}x`, Buffer.from("lost"));
    const message = await channel.get(queue, { noAck: true });
    ctx.see("message", message && shown(message));
    ctx.see("other queue", await channel.get(other, { noAck: true }));
  },

  async "a direct exchange routes by the exact key, once to each queue"(ctx) {
    const channel = await ctx.channel();
    const exchange = await ctx.exchange(channel, "x", "direct");
    const keys = ["red", "blue", "", "red.", "RED"];
    const queues = await queuesBound(ctx, channel, exchange, keys);
    const both = await ctx.queue(channel, "both");
    for (const key of ["red", "blue", "red"]) await channel.bindQueue(both, exchange, key);
    for (const key of [...keys, "green"]) channel.publish(exchange, key, Buffer.from(`to ${key}`));
    for (const [index, queue] of queues.entries()) ctx.see(`bound by '${keys[index]}'`, await contents(channel, queue));
    ctx.see("bound twice", await contents(channel, both));
    await channel.unbindQueue(both, exchange, "red");
    channel.publish(exchange, "red", Buffer.from("after unbind"));
    ctx.see("unbound once is unbound", await contents(channel, both));
  },

  async "a fanout exchange copies to every bound queue whatever the key"(ctx) {
    const channel = await ctx.channel();
    const exchange = await ctx.exchange(channel, "x", "fanout");
    const queues = await queuesBound(ctx, channel, exchange, ["", "k", "other"]);
    await channel.bindQueue(queues[0] ?? "", exchange, "second binding");
    channel.publish(exchange, "k", Buffer.from("1"));
    channel.publish(exchange, "", Buffer.from("2"));
    for (const queue of queues) ctx.see("copy", await contents(channel, queue));
  },

  async "a topic exchange matches words, * one of them, # any number"(ctx) {
    const channel = await ctx.channel();
    const exchange = await ctx.exchange(channel, "x", "topic");
    const queues = await queuesBound(ctx, channel, exchange, TOPIC_PATTERNS);
    for (const key of TOPIC_KEYS) channel.publish(exchange, key, Buffer.from(`'${key}'`));
    for (const [index, queue] of queues.entries())
      ctx.see(`pattern '${TOPIC_PATTERNS[index]}'`, await contents(channel, queue));
  },

  async "a topic exchange gives a queue one copy however many patterns match"(ctx) {
    const channel = await ctx.channel();
    const exchange = await ctx.exchange(channel, "x", "topic");
    const queue = await ctx.queue(channel, "q");
    for (const pattern of ["a.*", "*.b", "#"]) await channel.bindQueue(queue, exchange, pattern);
    channel.publish(exchange, "a.b", Buffer.from("once"));
    ctx.see("copies", await contents(channel, queue));
    await channel.unbindQueue(queue, exchange, "#");
    channel.publish(exchange, "c.d", Buffer.from("unbound"));
    channel.publish(exchange, "a.x", Buffer.from("still bound"));
    ctx.see("after unbinding #", await contents(channel, queue));
  },

  async "an alternate exchange gets what its exchange cannot route"(ctx) {
    const channel = await ctx.channel();
    const alternate = await ctx.exchange(channel, "alternate", "fanout");
    const second = await ctx.exchange(channel, "second", "direct", { alternateExchange: alternate });
    const first = await ctx.exchange(channel, "first", "direct", { alternateExchange: second });
    const routed = await ctx.queue(channel, "routed");
    const unrouted = await ctx.queue(channel, "unrouted");
    await channel.bindQueue(routed, first, "known");
    await channel.bindQueue(unrouted, alternate, "");
    channel.publish(first, "known", Buffer.from("routed"));
    channel.publish(first, "unknown", Buffer.from("unrouted"));
    ctx.see("routed", await contents(channel, routed));
    const message = await channel.get(unrouted, { noAck: true });
    ctx.see("through two alternates", message && shown(message));
  },

  async "an alternate exchange that is missing, or a cycle of alternates, loses the message quietly"(ctx) {
    const channel = await ctx.channel();
    const orphan = await ctx.exchange(channel, "orphan", "direct", { alternateExchange: ctx.name("nowhere") });
    const cycle = await ctx.exchange(channel, "a", "direct", { alternateExchange: ctx.name("b") });
    await ctx.exchange(channel, "b", "direct", { alternateExchange: cycle });
    ctx.see("missing", await ctx.outcome(channel, () => channel.publish(orphan, "k", Buffer.from("x"))));
    ctx.see("cycle", await ctx.outcome(channel, () => channel.publish(cycle, "k", Buffer.from("x"))));
  },

  async "a message the alternate exchange takes is not returned to a mandatory publisher"(ctx) {
    const channel = await ctx.channel();
    const alternate = await ctx.exchange(channel, "alternate", "fanout");
    const exchange = await ctx.exchange(channel, "x", "direct", { alternateExchange: alternate });
    const queue = await ctx.queue(channel, "q");
    const returned: string[] = [];
    channel.on("return", (message) => returned.push(message.content.toString()));
    channel.publish(exchange, "k", Buffer.from("nobody bound"), { mandatory: true });
    await channel.bindQueue(queue, alternate, "");
    channel.publish(exchange, "k", Buffer.from("alternate bound"), { mandatory: true });
    ctx.see("queue", await contents(channel, queue));
    ctx.see("returned", returned);
  },

  async "exchanges bound to exchanges route on, cycles included, one copy a queue"(ctx) {
    const channel = await ctx.channel();
    const source = await ctx.exchange(channel, "source", "topic");
    const middle = await ctx.exchange(channel, "middle", "direct");
    const end = await ctx.exchange(channel, "end", "fanout");
    const queue = await ctx.queue(channel, "q");
    await channel.bindExchange(middle, source, "a.#");
    await channel.bindExchange(end, middle, "a.b");
    await channel.bindExchange(source, end, "");
    await channel.bindQueue(queue, end, "");
    await channel.bindQueue(queue, source, "a.b");
    for (const key of ["a.b", "a.c", "b"]) channel.publish(source, key, Buffer.from(key));
    const [message, ...more] = await ctx.fetch(channel, queue, 1);
    ctx.see("message", message && shown(message));
    ctx.see("more", [...bodies(more), ...(await contents(channel, queue))]);
    await channel.unbindExchange(end, middle, "a.b");
    channel.publish(middle, "a.b", Buffer.from("unbound"));
    ctx.see("after unbinding", await contents(channel, queue));
  },

  async "an auto-delete exchange goes with its last binding, and not before it had one"(ctx) {
    const channel = await ctx.channel();
    const exchange = await ctx.exchange(channel, "x", "fanout", { autoDelete: true });
    const source = await ctx.exchange(channel, "source", "fanout", { autoDelete: true });
    const queue = await ctx.queue(channel, "q");
    const other = await ctx.queue(channel, "other");
    await channel.bindQueue(queue, exchange, "");
    await channel.bindQueue(other, exchange, "");
    await channel.bindExchange(exchange, source, "");
    await channel.unbindQueue(queue, exchange, "");
    ctx.see("one left", await ctx.outcome(channel, () => channel.checkExchange(exchange)));
    await channel.deleteQueue(other);
    ctx.see("none left", await ctx.outcome(channel, () => channel.checkExchange(exchange)));
    const next = await ctx.channel();
    ctx.see("its source", await ctx.outcome(next, () => next.checkExchange(source)));
  },

  async "deleting an exchange that is bound needs if-unused to be off, and removes its bindings"(ctx) {
    const channel = await ctx.channel();
    const exchange = await ctx.exchange(channel, "x", "direct");
    const queue = await ctx.queue(channel, "q");
    await channel.bindQueue(queue, exchange, "k");
    ctx.see("in use", await ctx.outcome(channel, () => channel.deleteExchange(exchange, { ifUnused: true })));
    const next = await ctx.channel();
    ctx.see("anyway", await ctx.outcome(next, () => next.deleteExchange(exchange)));
    ctx.see("again", await ctx.outcome(next, () => next.deleteExchange(exchange, { ifUnused: true })));
    await ctx.exchange(next, "x", "direct");
    next.publish(exchange, "k", Buffer.from("x"));
    ctx.see("bindings of its namesake", await contents(next, queue));
  },

  async "CC and BCC add routing keys, and only CC stays on the message"(ctx) {
    const channel = await ctx.channel();
    const exchange = await ctx.exchange(channel, "x", "direct");
    const [to, cc, bcc] = await queuesBound(ctx, channel, exchange, ["to", "cc", "bcc"]);
    channel.publish(exchange, "to", Buffer.from("x"), { CC: ["cc", "to"], BCC: ["bcc"], headers: { kept: 1 } });
    for (const queue of [to, cc, bcc]) {
      const [message] = await ctx.fetch(channel, queue ?? "", 1);
      ctx.see("message", message && shown(message));
      ctx.see("headers", headersOf(message));
      ctx.see("second copy", await channel.get(queue ?? "", { noAck: true }));
    }
    const bad = { headers: { CC: "not a list" } };
    ctx.see("CC as text", await ctx.outcome(channel, () => channel.publish(exchange, "to", Buffer.from("x"), bad)));
  },
};
