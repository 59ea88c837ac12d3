import type { Probes } from "./context.ts";
import { brief } from "./observe.ts";
import type { Heard, RawClient } from "./raw-client.ts";

/** The tags a run of acks and nacks settles, "multiple" spelt out: how many frames it takes is the server's affair. */
async function settled(raw: RawClient, count: number): Promise<Record<string, number[]>> {
  const tags: Record<string, number[]> = { "basic.ack": [], "basic.nack": [] };
  const done = new Set<number>();
  while (done.size < count) {
    const answer: Heard = await raw.next();
    const list = tags[answer.type];
    if (!list) throw new Error(`confirms were expected, ${answer.type} came`);
    const last = Number(answer.deliveryTag);
    for (let tag = answer.multiple ? 1 : last; tag <= last; tag += 1) {
      if (done.has(tag)) continue;
      done.add(tag);
      list.push(tag);
    }
  }
  for (const list of Object.values(tags)) list.sort((a, b) => a - b);
  return tags;
}

export const confirms: Probes = {
  async "confirms count from 1 and cover routed, unroutable and persistent messages"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue, durable: true });
    raw.publish(1, { routingKey: queue }, "before select");
    ctx.see("select", brief(await raw.call(1, "confirm.select")));
    ctx.see("select again", brief(await raw.call(1, "confirm.select")));
    for (let tag = 1; tag <= 10; tag += 1) raw.publish(1, { routingKey: tag % 3 ? queue : "nowhere" }, `${tag}`);
    raw.publish(1, { routingKey: queue }, "persistent", { deliveryMode: 2 });
    ctx.see("settled", await settled(raw, 11));
  },

  async "an unroutable mandatory message is returned whole, before its confirm"(ctx) {
    const raw = await ctx.raw();
    await raw.call(1, "confirm.select");
    const properties = { headers: { a: 1 }, contentType: "text/plain" };
    raw.publish(1, { exchange: "amq.direct", routingKey: ctx.name("nobody"), mandatory: true }, "back", properties);
    ctx.see("heard", (await raw.listen(4)).map(brief));
    raw.publish(1, { exchange: "", routingKey: ctx.name("nobody"), mandatory: true }, "");
    ctx.see("an empty one", (await raw.listen(3)).map(brief));
  },

  async "a routable mandatory message is not returned"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    await raw.call(1, "confirm.select");
    raw.publish(1, { routingKey: queue, mandatory: true }, "x");
    ctx.see("heard", brief(await raw.next()));
  },

  async "a channel without confirms is still told of returns"(ctx) {
    const raw = await ctx.raw();
    raw.publish(1, { exchange: "amq.topic", routingKey: "nobody.here", mandatory: true }, "x");
    ctx.see("heard", (await raw.listen(3)).map(brief));
  },

  async "publishing to an exchange that is not there closes the channel, and confirms nothing"(ctx) {
    const raw = await ctx.raw();
    await raw.call(1, "confirm.select");
    raw.publish(1, { exchange: ctx.name("nowhere"), routingKey: "k" }, "x");
    ctx.see("heard", brief(await raw.next()));
  },

  async "an immediate publish is not implemented"(ctx) {
    const raw = await ctx.raw();
    raw.publish(1, { routingKey: ctx.name("q"), immediate: true }, "x");
    ctx.see("heard", (await raw.farewell()).map(brief));
  },

  async "a message's user-id has to be the user's own"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    raw.publish(1, { routingKey: queue }, "x", { userId: "guest" });
    ctx.see("own", brief(await raw.call(1, "basic.get", { queue, noAck: true })));
    ctx.see("content", (await raw.listen(2)).map(brief));
    raw.publish(1, { routingKey: queue }, "x", { userId: "somebody" });
    ctx.see("another's", brief(await raw.next()));
  },

  async "direct reply-to carries an answer back to the asking channel"(ctx) {
    const asker = await ctx.raw();
    const answerer = await ctx.raw();
    const queue = ctx.name("q");
    const direct = "amq.rabbitmq.reply-to";
    await asker.call(1, "queue.declare", { queue });
    const consume = { queue: direct, consumerTag: "replies", noAck: true };
    ctx.see("consume", brief(await asker.call(1, "basic.consume", consume)));
    asker.publish(1, { routingKey: queue }, "question", { replyTo: direct, correlationId: "7" });
    await answerer.call(1, "basic.consume", { queue, noAck: true });
    await answerer.next();
    const header = await answerer.next();
    await answerer.next();
    ctx.see("question", brief(header));
    const { replyTo } = header.properties as { replyTo: string };
    ctx.see("address exists", brief(await answerer.call(1, "queue.declare", { queue: replyTo, passive: true })));
    answerer.publish(1, { routingKey: replyTo, mandatory: true }, "answer", { correlationId: "7" });
    ctx.see("answer", (await asker.listen(3)).map(brief));
    ctx.see("consume twice", brief(await asker.call(1, "basic.consume", { ...consume, consumerTag: "more" })));
    const closed = await answerer.call(1, "queue.declare", { queue: replyTo, passive: true });
    ctx.see("address of a closed channel", { type: closed.type, code: closed.replyCode });
  },

  async "direct reply-to needs noAck, and a consumer before it is used"(ctx) {
    const direct = "amq.rabbitmq.reply-to";
    const acking = await ctx.raw();
    ctx.see("consumer that acknowledges", brief(await acking.call(1, "basic.consume", { queue: direct })));
    const early = await ctx.raw();
    early.publish(1, { exchange: "amq.direct", routingKey: "k" }, "x", { replyTo: direct });
    ctx.see("used without a consumer", brief(await early.next()));
    const declaring = await ctx.raw();
    ctx.see("passive declare", brief(await declaring.call(1, "queue.declare", { queue: direct, passive: true })));
    const cancelling = await ctx.raw();
    await cancelling.call(1, "basic.consume", { queue: direct, consumerTag: "c", noAck: true });
    ctx.see("cancelled", brief(await cancelling.call(1, "basic.cancel", { consumerTag: "c" })));
    ctx.see(
      "consumed anew",
      brief(await cancelling.call(1, "basic.consume", { queue: direct, consumerTag: "d", noAck: true })),
    );
  },

  async "tx is a mode of its own"(ctx) {
    const raw = await ctx.raw();
    ctx.see("select", brief(await raw.call(1, "tx.select")));
  },
};
