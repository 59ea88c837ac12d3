import type { Context, Probes } from "./context.ts";
import { brief } from "./observe.ts";
import type { RawClient } from "./raw-client.ts";
import { encodeBody, encodeFrame, encodeHeader, encodeMethod, long, octet, short, shortstr } from "./raw-encode.ts";

type Break = (raw: RawClient) => unknown;

/** Does each thing on a connection of its own, and shows all that came back until the server hung up or fell silent. */
async function breakEach(ctx: Context, breaks: Record<string, Break>, hello = {}): Promise<void> {
  const answers = await Promise.all(
    Object.values(breaks).map(async (action) => {
      const raw = await ctx.raw(hello);
      await action(raw);
      const first = await raw.next(1_500);
      return [first, ...(first.type === "connection.close" ? await raw.farewell() : [])].map(brief);
    }),
  );
  for (const [index, label] of Object.keys(breaks).entries()) ctx.see(label, answers[index]);
}

const rawMethod = (channel: number, classId: number, methodId: number, rest = Buffer.alloc(0)): Buffer =>
  encodeFrame(1, channel, Buffer.concat([short(classId), short(methodId), rest]));

const publish = encodeMethod(1, "basic.publish", { exchange: "amq.fanout", routingKey: "k" });

const write =
  (...frames: Buffer[]): Break =>
  (raw) =>
    raw.write(Buffer.concat(frames));

export const protocolErrors: Probes = {
  async "frames that are no frames end the connection"(ctx) {
    await breakEach(ctx, {
      "wrong end": write(encodeFrame(1, 1, Buffer.from([0, 60, 0, 10]), 0)),
      "type 0": write(encodeFrame(0, 1, Buffer.from("x"))),
      "type 4": write(encodeFrame(4, 1, Buffer.from("x"))),
      "type 9 on channel 0": write(encodeFrame(9, 0, Buffer.alloc(0))),
      "longer than agreed": write(encodeBody(1, Buffer.alloc(131_073))),
      "announced longer than agreed": write(Buffer.concat([octet(3), short(1), long(4_000_000_000)])),
      "heartbeat on a channel": write(encodeFrame(8, 1, Buffer.alloc(0))),
      "heartbeat with a load": write(encodeFrame(8, 0, Buffer.from("x"))),
      "header again": write(Buffer.from("AMQP\0\0\x09\x01", "latin1")),
    });
  },

  async "a frame may be as long as agreed, and eight bytes of grace longer"(ctx) {
    const content = (size: number) => [publish, encodeHeader(1, size), encodeBody(1, Buffer.alloc(size))];
    const qos = encodeMethod(1, "basic.qos");
    await breakEach(
      ctx,
      {
        "as long as agreed": write(...content(4088), qos),
        "eight more": write(...content(4096), qos),
        "nine more": write(...content(4097), qos),
      },
      { frameMax: 4096 },
    );
  },

  async "methods nobody knows, or not for a server, end the connection"(ctx) {
    await breakEach(ctx, {
      "unknown class": write(rawMethod(1, 77, 10)),
      "unknown method": write(rawMethod(1, 50, 99)),
      "unknown method on channel 0": write(rawMethod(0, 10, 99)),
      "no method at all": write(encodeFrame(1, 1, Buffer.alloc(0))),
      "half a method id": write(encodeFrame(1, 1, Buffer.from([0, 50, 0]))),
      "a server's method": (raw) => raw.send(1, "queue.declare-ok", { queue: "q" }),
      "a server's delivery": write(encodeMethod(1, "basic.deliver"), encodeHeader(1, 0)),
      "a connection's method on a channel": (raw) => raw.send(1, "connection.open", { virtualHost: "/" }),
      "a channel's method on channel 0": (raw) => raw.send(0, "queue.declare", { queue: "q" }),
      "channel.open on channel 0": (raw) => raw.send(0, "channel.open"),
      "connection.open again": (raw) => raw.send(0, "connection.open", { virtualHost: "/" }),
      "connection.tune-ok again": (raw) => raw.send(0, "connection.tune-ok"),
      "start-ok again": (raw) => raw.send(0, "connection.start-ok"),
    });
  },

  async "methods with broken arguments end the connection"(ctx) {
    const declare = (...rest: Buffer[]) => write(rawMethod(1, 50, 10, Buffer.concat([short(0), ...rest])));
    const table = (...bytes: Buffer[]) => [long(Buffer.concat(bytes).length), ...bytes];
    const named = [shortstr("q"), octet(0)];
    await breakEach(ctx, {
      "arguments missing": declare(),
      "name cut short": declare(octet(200), Buffer.from("short")),
      "table cut short": declare(...named, long(500), Buffer.from("x")),
      "table with an unknown type": declare(...named, ...table(shortstr("k"), Buffer.from("?"))),
      "table with a cut value": declare(...named, ...table(shortstr("k"), Buffer.from("I"), octet(1))),
      "bytes after the last argument": declare(...named, long(0), Buffer.from("more")),
    });
  },

  async "a channel has to be open, and only once"(ctx) {
    await breakEach(
      ctx,
      {
        "method on a channel never opened": (raw) => raw.send(2, "queue.declare", { queue: "q" }),
        "publish on a channel never opened": (raw) => raw.publish(2, { routingKey: "q" }, "x"),
        "body on a channel never opened": write(encodeBody(2, "x")),
        "closing one never opened": (raw) => raw.send(2, "channel.close", { replyCode: 200 }),
        "opened twice": (raw) => raw.send(1, "channel.open"),
        "used after closing": async (raw) => {
          await raw.call(1, "channel.close", { replyCode: 200 });
          raw.send(1, "basic.qos");
        },
        "close-ok unasked": (raw) => raw.send(1, "channel.close-ok"),
        "flow-ok unasked": (raw) => raw.send(1, "channel.flow-ok", { active: true }),
        "number beyond the agreed": (raw) => raw.send(5, "channel.open"),
        "more than agreed": async (raw) => {
          await raw.channel(2);
          raw.send(3, "channel.open");
        },
      },
      { channelMax: 2 },
    );
  },

  async "content out of order ends the connection"(ctx) {
    const header = encodeHeader(1, 4);
    await breakEach(ctx, {
      "header without a method": write(header),
      "body without a method": write(encodeBody(1, "body")),
      "method instead of the header": write(publish, encodeMethod(1, "basic.qos")),
      "body instead of the header": write(publish, encodeBody(1, "body")),
      "method instead of the body": write(publish, header, encodeMethod(1, "basic.qos")),
      "second header": write(publish, header, header),
      "body longer than announced": write(publish, header, encodeBody(1, "too long"), encodeMethod(1, "basic.qos")),
      "body when none was announced": write(publish, encodeHeader(1, 0), encodeBody(1, "x")),
      "header of another class": write(publish, encodeHeader(1, 4, {}, 50)),
      "header with a weight": write(publish, encodeHeader(1, 4, {}, 60, 7), encodeBody(1, "body")),
      "header cut short": write(publish, encodeFrame(2, 1, Buffer.from([0, 60, 0, 0]))),
      "properties cut short": write(
        publish,
        encodeFrame(2, 1, Buffer.from("003c00000000000000000004800005", "hex")),
        encodeBody(1, "body"),
        encodeMethod(1, "basic.qos"),
      ),
      "second publish before the body": write(publish, header, publish),
    });
  },

  async "content may be interleaved with other channels, and empty body frames are nothing"(ctx) {
    const raw = await ctx.raw();
    await raw.channel(2);
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    raw.send(1, "basic.publish", { routingKey: queue });
    ctx.see("another channel meanwhile", brief(await raw.call(2, "basic.qos", { prefetchCount: 1 })));
    raw.write(Buffer.concat([encodeHeader(1, 4), encodeBody(1, "bo"), encodeBody(1, "")]));
    ctx.see("and again", brief(await raw.call(2, "queue.declare", { queue, passive: true })));
    raw.write(encodeBody(1, "dy"));
    ctx.see("got", brief(await raw.call(1, "basic.get", { queue, noAck: true })));
    ctx.see("content", (await raw.listen(2)).map(brief));
  },

  async "a broken connection leaves the others alone"(ctx) {
    const bystander = await ctx.raw();
    const broken = await ctx.raw();
    broken.write(Buffer.from("not a frame by any means"));
    await broken.farewell();
    ctx.see("bystander", brief(await bystander.call(1, "basic.qos", { prefetchCount: 1 })));
  },

  async "what the protocol has and RabbitMQ does not do"(ctx) {
    await breakEach(ctx, {
      "flow off": (raw) => raw.send(1, "channel.flow", { active: false }),
      "flow on": (raw) => raw.send(1, "channel.flow", { active: true }),
      "access request": (raw) => raw.send(1, "access.request", { realm: "/data" }),
      "secret updated": (raw) => raw.send(0, "connection.update-secret", { newSecret: "guest", reason: "probe" }),
      "tx.commit without select": (raw) => raw.send(1, "tx.commit"),
      "tx.rollback without select": (raw) => raw.send(1, "tx.rollback"),
    });
  },
};
