import type { Channel, ConfirmChannel, Message } from "amqplib";
import type { Context, Probes } from "./context.ts";
import { bodies } from "./observe.ts";

/** Publishes with confirms and tells which bodies were confirmed and which refused. */
async function confirmed(
  channel: ConfirmChannel,
  queue: string,
  contents: string[],
): Promise<Record<string, string[]>> {
  const answers: Record<string, string[]> = { ack: [], nack: [] };
  const all = contents.map(
    (body) =>
      new Promise<void>((resolve) => {
        channel.sendToQueue(queue, Buffer.from(body), {}, (error) => {
          answers[error ? "nack" : "ack"]?.push(body);
          resolve();
        });
      }),
  );
  await Promise.all(all);
  return answers;
}

async function rest(ctx: Context, channel: Channel, queue: string, count: number): Promise<string[]> {
  await ctx.depth(channel, queue, count);
  const found: Message[] = [];
  for (let next = await channel.get(queue); next; next = await channel.get(queue)) found.push(next);
  return bodies(found);
}

export const limits: Probes = {
  async "a queue's message TTL drops from the head when the time has come"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q", { messageTtl: 2_000 });
    channel.sendToQueue(queue, Buffer.from("old"));
    await ctx.lull(1_000);
    channel.sendToQueue(queue, Buffer.from("young"));
    ctx.see("both", await ctx.depth(channel, queue, 2));
    ctx.see("then one", await ctx.depth(channel, queue, 1));
    ctx.see("it is", bodies(await ctx.fetch(channel, queue, 1)));
  },

  async "a message's own expiration counts only at the head; the shorter of two TTLs holds"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    channel.sendToQueue(queue, Buffer.from("stays"));
    channel.sendToQueue(queue, Buffer.from("behind"), { expiration: "50" });
    await ctx.lull(200);
    ctx.see("behind one that stays", (await channel.checkQueue(queue)).messageCount);
    ctx.see("head taken", bodies(await ctx.fetch(channel, queue, 1)));
    ctx.see("the expired is not given", await channel.get(queue));
    const short = await ctx.queue(channel, "short", { messageTtl: 100 });
    channel.sendToQueue(short, Buffer.from("x"), { expiration: "60000" });
    ctx.see("queue's TTL is shorter", await ctx.depth(channel, short, 0));
  },

  async "a TTL of 0 means deliver at once or drop"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q", { messageTtl: 0 });
    channel.sendToQueue(queue, Buffer.from("nobody here"));
    ctx.see("no consumer", await channel.get(queue));
    const inbox = await ctx.consume(channel, queue);
    channel.sendToQueue(queue, Buffer.from("somebody here"));
    const message = await inbox.takeOne();
    ctx.see("a consumer", message.content.toString());
    const plain = await ctx.queue(channel, "plain");
    channel.sendToQueue(plain, Buffer.from("x"), { expiration: "0" });
    ctx.see("expiration 0", await channel.get(plain));
  },

  async "a requeued message whose time has come is dropped, an unacknowledged one is not"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q", { messageTtl: 1_000 });
    channel.sendToQueue(queue, Buffer.from("x"));
    const message = await channel.get(queue);
    await ctx.lull(1_500);
    if (message) ctx.see("requeued late", await ctx.outcome(channel, () => channel.nack(message, false, true)));
    ctx.see("gone", await channel.get(queue));
  },

  async "an expiration that is no number closes the channel"(ctx) {
    for (const expiration of ["soon", "-1", "1.5", "", "99999999999"]) {
      const channel = await ctx.channel();
      const queue = await ctx.queue(channel, "q");
      const publish = () => channel.sendToQueue(queue, Buffer.from("x"), { headers: {}, expiration });
      ctx.see(`'${expiration}'`, await ctx.outcome(channel, publish));
    }
  },

  async "x-max-length drops from the head, counting ready messages only"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q", { maxLength: 2 });
    for (const body of ["a", "b", "c"]) channel.sendToQueue(queue, Buffer.from(body));
    const held = await channel.get(queue);
    for (const body of ["d", "e"]) channel.sendToQueue(queue, Buffer.from(body));
    ctx.see("held", held && bodies([held]));
    ctx.see("left", await rest(ctx, channel, queue, 2));
    if (held) channel.nack(held, false, true);
    channel.nackAll(true);
    ctx.see("requeued beyond the limit", await rest(ctx, channel, queue, 2));
  },

  async "x-max-length-bytes drops until the bodies fit"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q", { arguments: { "x-max-length-bytes": 10 } });
    for (const body of ["12345", "67890"]) channel.sendToQueue(queue, Buffer.from(body));
    channel.sendToQueue(queue, Buffer.from("abcdef"));
    ctx.see("left", await rest(ctx, channel, queue, 1));
    channel.sendToQueue(queue, Buffer.from("longer than the limit"));
    ctx.see("one too large", await channel.get(queue));
  },

  async "a queue of length 0 passes messages to waiting consumers only"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q", { maxLength: 0 });
    channel.sendToQueue(queue, Buffer.from("nobody here"));
    ctx.see("no consumer", await channel.get(queue));
    const inbox = await ctx.consume(channel, queue);
    channel.sendToQueue(queue, Buffer.from("somebody here"));
    ctx.see("a consumer", bodies(await inbox.take(1)));
  },

  async "reject-publish refuses the newest with a nack"(ctx) {
    const channel = await ctx.confirmChannel();
    const options = { maxLength: 2, arguments: { "x-overflow": "reject-publish" } };
    const queue = await ctx.queue(channel, "q", options);
    for (const body of ["a", "b", "c"]) ctx.see(`publish ${body}`, await confirmed(channel, queue, [body]));
    ctx.see("left", bodies(await ctx.fetch(channel, queue, 2)));
    ctx.see("room again", await confirmed(channel, queue, ["d"]));
  },

  async "reject-publish-dlx refuses and dead-letters the newest"(ctx) {
    const channel = await ctx.confirmChannel();
    const dead = await ctx.queue(channel, "dead");
    const queue = await ctx.queue(channel, "q", {
      maxLength: 1,
      deadLetterExchange: "",
      deadLetterRoutingKey: dead,
      arguments: { "x-overflow": "reject-publish-dlx" },
    });
    for (const body of ["a", "b"]) ctx.see(`publish ${body}`, await confirmed(channel, queue, [body]));
    const [message] = await ctx.fetch(channel, dead, 1);
    ctx.see("dead", message && { body: message.content.toString(), headers: message.properties.headers });
    ctx.see("left", bodies(await ctx.fetch(channel, queue, 1)));
  },

  async "reject-publish limits by bytes as well"(ctx) {
    const channel = await ctx.confirmChannel();
    const args = { "x-overflow": "reject-publish", "x-max-length-bytes": 5 };
    const queue = await ctx.queue(channel, "q", { arguments: args });
    for (const body of ["abc", "def", "g", "h"]) ctx.see(`publish ${body}`, await confirmed(channel, queue, [body]));
    ctx.see("left", await rest(ctx, channel, queue, 2));
  },

  async "a queue of priorities serves the highest first, in order within one"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q", { maxPriority: 5 });
    const sent: [body: string, priority: number | undefined][] = [
      ["none", undefined],
      ["0", 0],
      ["1", 1],
      ["5", 5],
    ];
    for (const [body, priority] of [...sent, ["9 is 5", 9], ["1 again", 1], ["3", 3]] as typeof sent)
      channel.sendToQueue(queue, Buffer.from(body), priority === undefined ? {} : { priority });
    const first = await channel.get(queue);
    if (first) channel.nack(first, false, true);
    ctx.see("order", await rest(ctx, channel, queue, 7));
  },

  async "a full queue of priorities drops the lowest"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q", { maxPriority: 5, maxLength: 2 });
    for (const priority of [3, 1, 5]) channel.sendToQueue(queue, Buffer.from(`${priority}`), { priority });
    ctx.see("left", await rest(ctx, channel, queue, 2));
  },
};
