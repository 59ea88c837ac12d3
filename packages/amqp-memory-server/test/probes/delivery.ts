import type { GetMessage } from "amqplib";
import type { Probes } from "./context.ts";
import { bodies, bodiesMarked, brief, shown } from "./observe.ts";

const letters = ["a", "b", "c", "d", "e", "f"];

export const delivery: Probes = {
  async "messages arrive in the order they were published, with every property as it was sent"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    const inbox = await ctx.consume(channel, queue, { consumerTag: "reader" });
    const properties = { contentType: "text/plain", contentEncoding: "utf-8", correlationId: "c", replyTo: "r" };
    const more = { messageId: "m", timestamp: 1_700_000_000, type: "t", appId: "app", priority: 7, deliveryMode: 2 };
    channel.sendToQueue(queue, Buffer.from("first"), { ...properties, ...more });
    for (const letter of letters) channel.sendToQueue(queue, Buffer.from(letter));
    ctx.see("with properties", shown(await inbox.takeOne()));
    ctx.see("in order", (await inbox.take(6)).map(shown));
  },

  async "header values of every type come through unchanged"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    const tags: Record<string, unknown> = {
      t: true,
      b: -5,
      B: 200,
      s: -300,
      u: 60_000,
      I: -70_000,
      i: 4_000_000_000,
      l: -5_000_000_000,
      f: 1.5,
      d: 2.25,
      D: 314,
      S: "text",
      x: "bytes",
      T: 1_700_000_000,
      V: null,
      F: { inner: "table" },
      A: [1, "two", { three: 3 }],
    };
    const headers = Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`as ${tag}`, { tag, value }]));
    raw.publish(1, { routingKey: queue }, "x", { headers, clusterId: "cluster", expiration: "60000" });
    await raw.call(1, "basic.get", { queue });
    ctx.see("header", brief(await raw.next()));
  },

  async "bodies of any size arrive whole, in frames the client agreed to"(ctx) {
    const raw = await ctx.raw({ frameMax: 4096 });
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    const channel = await ctx.channel();
    for (const size of [0, 1, 4088, 4089, 10_000]) channel.sendToQueue(queue, Buffer.alloc(size, "x"));
    await channel.close();
    await ctx.depth(await ctx.channel(), queue, 5);
    await raw.call(1, "basic.consume", { queue, noAck: true });
    for (let message = 0; message < 5; message += 1) {
      await raw.next();
      const header = await raw.next();
      const frames: number[] = [];
      for (let left = Number(header.size); left > 0; left -= frames.at(-1) ?? left)
        frames.push(String((await raw.next()).body).length);
      ctx.see(`size ${header.size}`, frames);
    }
  },

  async "rejected and returned messages go back to their old place, marked as redelivered"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    for (const letter of letters) channel.sendToQueue(queue, Buffer.from(letter));
    const got: (GetMessage | false)[] = [];
    for (let index = 0; index < 4; index += 1) got.push(await channel.get(queue));
    const [a, b, c, d] = got;
    if (!a || !b || !c || !d) throw new Error("four messages were expected");
    channel.reject(c, true);
    channel.nack(a, false, true);
    channel.ack(b);
    channel.nack(d, false, false);
    const again = await ctx.channel();
    await ctx.depth(again, queue, 4);
    ctx.see("in the queue", bodiesMarked(await ctx.fetch(again, queue, 4)));
    ctx.see("and no more", await again.get(queue));
  },

  async "basic.get tells what remains, counts delivery tags up, and says when there is nothing"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    for (const letter of ["a", "b"]) raw.publish(1, { routingKey: queue }, letter);
    for (const noAck of [false, true]) {
      ctx.see("got", brief(await raw.call(1, "basic.get", { queue, noAck })));
      ctx.see("content", (await raw.listen(2)).map(brief));
    }
    ctx.see("nothing", await raw.call(1, "basic.get", { queue }));
    raw.send(1, "basic.reject", { deliveryTag: 1, requeue: true });
    ctx.see("again", brief(await raw.call(1, "basic.get", { queue })));
  },

  async "multiple settles everything up to a tag, and tag 0 everything"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    const inbox = await ctx.consume(channel, queue);
    for (const letter of letters) channel.sendToQueue(queue, Buffer.from(letter));
    const [, b, , d] = await inbox.take(6);
    if (!b || !d) throw new Error("six messages were expected");
    channel.ack(b, true);
    await channel.cancel(inbox.consumerTag);
    channel.nack(d, true, true);
    const other = await ctx.channel();
    ctx.see("c and d came back", await ctx.depth(other, queue, 2));
    ctx.see("they are", bodiesMarked(await ctx.fetch(other, queue, 2)));
    channel.nackAll(true);
    ctx.see("e and f came back", bodiesMarked(await ctx.fetch(other, queue, 2)));
    ctx.see("and no more", await other.get(queue));
    ctx.see("ackAll of nothing", await ctx.outcome(channel, () => channel.ackAll()));
  },

  async "multiple on a tag already settled, or settled twice, is an unknown tag"(ctx) {
    const connection = await ctx.connect();
    const queue = await ctx.queue(await ctx.channel(connection), "q");
    for (const method of ["basic.ack", "basic.nack", "basic.reject"]) {
      const raw = await ctx.raw();
      raw.publish(1, { routingKey: queue }, "x");
      await raw.call(1, "basic.get", { queue });
      await raw.listen(2);
      raw.send(1, method, { deliveryTag: 1 });
      raw.send(1, method, { deliveryTag: 1 });
      ctx.see(`${method} twice`, brief(await raw.next()));
      await raw.close();
      const other = await ctx.raw();
      ctx.see(`${method} 42`, brief(await other.call(1, method, { deliveryTag: 42 })));
      const third = await ctx.raw();
      ctx.see(`${method} 42 multiple`, brief(await third.call(1, method, { deliveryTag: 42, multiple: true })));
    }
    const raw = await ctx.raw();
    ctx.see("ack 0, not multiple", brief(await raw.call(1, "basic.ack", { deliveryTag: 0 })));
  },

  async "a closed channel gives its unacknowledged messages back in order"(ctx) {
    const connection = await ctx.connect();
    const channel = await ctx.channel(connection);
    const queue = await ctx.queue(channel, "q");
    const inbox = await ctx.consume(channel, queue);
    for (const letter of letters) channel.sendToQueue(queue, Buffer.from(letter));
    const [, , c] = await inbox.take(6);
    if (c) channel.ack(c);
    await channel.close();
    const other = await ctx.channel(connection);
    ctx.see("back", bodiesMarked(await ctx.fetch(other, queue, 5)));
  },

  async "a cut connection's unacknowledged messages are redelivered to the next consumer, ahead of later ones"(ctx) {
    const channel = await ctx.channel();
    const queue = await ctx.queue(channel, "q");
    for (const letter of letters.slice(0, 4)) channel.sendToQueue(queue, Buffer.from(letter));
    await ctx.depth(channel, queue, 4);
    const victim = await ctx.raw();
    await victim.call(1, "basic.qos", { prefetchCount: 3 });
    await victim.call(1, "basic.consume", { queue });
    ctx.see(
      "given to the victim",
      (await victim.listen(9)).filter((one) => one.type === "body").map((one) => one.body),
    );
    victim.cut();
    await ctx.depth(channel, queue, 4);
    const inbox = await ctx.consume(channel, queue);
    ctx.see("given to the next", (await inbox.take(4)).map(shown));
  },

  async "recover gives everything unacknowledged again; recover without requeue is not implemented"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    await raw.call(1, "basic.consume", { queue, consumerTag: "c" });
    for (const letter of ["a", "b"]) raw.publish(1, { routingKey: queue }, letter);
    await raw.listen(6);
    const answers = [await raw.call(1, "basic.recover", { requeue: true }), ...(await raw.listen(6))].map(brief);
    const recoverOk = answers.filter((answer) => answer.type === "basic.recover-ok");
    ctx.see("recover-ok", recoverOk);
    ctx.see(
      "again",
      answers.filter((answer) => answer.type === "basic.deliver" || answer.type === "body"),
    );
    raw.send(1, "basic.recover-async", { requeue: true });
    const asynchronous = (await raw.listen(6)).map(brief);
    ctx.see(
      "recover-async",
      asynchronous.filter((answer) => answer.type === "basic.deliver"),
    );
    ctx.see("without requeue", brief(await raw.call(1, "basic.recover", { requeue: false })));
  },

  async "noAck messages are gone once sent"(ctx) {
    const connection = await ctx.connect();
    const channel = await ctx.channel(connection);
    const queue = await ctx.queue(channel, "q");
    const inbox = await ctx.consume(channel, queue, { noAck: true });
    channel.sendToQueue(queue, Buffer.from("a"));
    const [message] = await inbox.take(1);
    ctx.see("given", bodies(message ? [message] : []));
    await ctx.outcome(channel, () => channel.close());
    const other = await ctx.channel(connection);
    ctx.see("left", await other.checkQueue(queue));
    const third = await ctx.channel(connection);
    const again = await ctx.consume(third, queue, { noAck: true });
    third.sendToQueue(queue, Buffer.from("b"));
    const unacked = await again.takeOne();
    ctx.see("acking it", await ctx.outcome(third, () => third.ack(unacked)));
  },
};
