import type { Context, Probes } from "./context.ts";
import { brief } from "./observe.ts";
import type { Fields } from "./raw-methods.ts";

type Attempt = [label: string, method: string, fields: Fields];

/** Makes each attempt on a connection of its own, since some errors take the connection with them. */
async function attempts(ctx: Context, list: Attempt[]): Promise<void> {
  const answers = await Promise.all(
    list.map(async ([, method, fields]) => {
      const raw = await ctx.raw();
      return brief(await raw.call(1, method, fields));
    }),
  );
  for (const [index, [label]] of list.entries()) ctx.see(label, answers[index]);
}

export const errors: Probes = {
  async "a queue declared again with other properties is a failed precondition"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue, arguments: { "x-message-ttl": 60_000, "x-unknown": 1 } });
    const same = { "x-message-ttl": 60_000 };
    const declare = (label: string, fields: Fields): Attempt => [label, "queue.declare", { queue, ...fields }];
    await attempts(ctx, [
      declare("same", { arguments: same }),
      declare("TTL of another width", { arguments: { "x-message-ttl": { tag: "l", value: 60_000 } } }),
      declare("durable", { durable: true, arguments: same }),
      declare("auto-delete", { autoDelete: true, arguments: same }),
      declare("exclusive", { exclusive: true, arguments: same }),
      declare("other TTL", { arguments: { "x-message-ttl": 1 } }),
      declare("no TTL", {}),
      declare("TTL as text", { arguments: { "x-message-ttl": "60000" } }),
      declare("one more argument", { arguments: { ...same, "x-expires": 60_000 } }),
      declare("passive, whatever else", { passive: true, durable: true }),
    ]);
  },

  async "an exchange declared again with other properties is a failed precondition"(ctx) {
    const raw = await ctx.raw();
    const exchange = ctx.name("x");
    await raw.call(1, "exchange.declare", { exchange, type: "direct", arguments: { "alternate-exchange": "a" } });
    const same = { type: "direct", arguments: { "alternate-exchange": "a" } };
    const declare = (label: string, fields: Fields): Attempt => [
      label,
      "exchange.declare",
      { exchange, ...same, ...fields },
    ];
    await attempts(ctx, [
      declare("same", {}),
      declare("type", { type: "topic" }),
      declare("durable", { durable: true }),
      declare("auto-delete", { autoDelete: true }),
      declare("internal", { internal: true }),
      declare("other alternate", { arguments: { "alternate-exchange": "b" } }),
      declare("no alternate", { arguments: {} }),
      declare("an argument nobody knows", { arguments: { ...same.arguments, "x-unknown": 1 } }),
      declare("passive, whatever else", { passive: true, type: "nonsense" }),
    ]);
  },

  async "queue arguments out of their domain are refused"(ctx) {
    const declare = (name: string, value: unknown): Attempt => [
      `${name} = ${JSON.stringify(value)}`,
      "queue.declare",
      { queue: ctx.name(JSON.stringify(value)), arguments: { [name]: value } },
    ];
    await attempts(ctx, [
      declare("x-message-ttl", -1),
      declare("x-message-ttl", "1"),
      declare("x-message-ttl", 1.5),
      declare("x-message-ttl", { tag: "l", value: 99_999_999_999 }),
      declare("x-expires", 0),
      declare("x-expires", "1"),
      declare("x-max-length", -1),
      declare("x-max-length", "many"),
      declare("x-max-length-bytes", -1),
      declare("x-max-length-bytes", true),
      declare("x-max-priority", -1),
      declare("x-max-priority", 256),
      declare("x-max-priority", "high"),
      declare("x-overflow", "explode"),
      declare("x-overflow", 1),
      declare("x-dead-letter-exchange", 1),
      declare("x-dead-letter-routing-key", "alone"),
      declare("x-single-active-consumer", "yes"),
      declare("x-queue-type", "nonsense"),
      declare("x-queue-type", 1),
      declare("x-queue-mode", "lazy"),
      declare("x-queue-mode", "nonsense"),
      declare("x-delivery-limit", 3),
      declare("x-unknown", "anything"),
    ]);
  },

  async "what is not there is not found"(ctx) {
    const queue = ctx.name("missing");
    const exchange = ctx.name("nowhere");
    await attempts(ctx, [
      ["passive queue", "queue.declare", { queue, passive: true }],
      ["passive exchange", "exchange.declare", { exchange, type: "direct", passive: true }],
      ["consume", "basic.consume", { queue }],
      ["get", "basic.get", { queue }],
      ["purge", "queue.purge", { queue }],
      ["delete", "queue.delete", { queue }],
      ["delete exchange", "exchange.delete", { exchange }],
      ["bind queue", "queue.bind", { queue, exchange: "amq.direct", routingKey: "k" }],
      ["bind to exchange", "queue.bind", { queue, exchange, routingKey: "k" }],
      ["unbind", "queue.unbind", { queue, exchange, routingKey: "k" }],
      ["bind exchanges", "exchange.bind", { destination: exchange, source: "amq.direct", routingKey: "k" }],
      ["bind from exchange", "exchange.bind", { destination: "amq.direct", source: exchange, routingKey: "k" }],
      ["unbind exchanges", "exchange.unbind", { destination: exchange, source: exchange, routingKey: "k" }],
    ]);
  },

  async "binding a queue that is there to an exchange that is not, and unbinding what was never bound"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    await attempts(ctx, [
      ["bind", "queue.bind", { queue, exchange: ctx.name("nowhere") }],
      ["unbind from nowhere", "queue.unbind", { queue, exchange: ctx.name("nowhere") }],
      ["unbind never bound", "queue.unbind", { queue, exchange: "amq.direct", routingKey: "k" }],
      ["exchanges never bound", "exchange.unbind", { destination: "amq.direct", source: "amq.fanout" }],
    ]);
  },

  async "reserved names are refused"(ctx) {
    await attempts(ctx, [
      ["queue", "queue.declare", { queue: "amq.mine" }],
      ["queue passive", "queue.declare", { queue: "amq.mine", passive: true }],
      ["exchange", "exchange.declare", { exchange: "amq.mine", type: "direct" }],
      ["exchange passive", "exchange.declare", { exchange: "amq.mine", type: "direct", passive: true }],
      ["exchange deleted", "exchange.delete", { exchange: "amq.mine" }],
      ["predeclared exchange deleted", "exchange.delete", { exchange: "amq.fanout" }],
      ["predeclared exchange as it is", "exchange.declare", { exchange: "amq.direct", type: "direct", durable: true }],
      [
        "predeclared exchange of another type",
        "exchange.declare",
        { exchange: "amq.direct", type: "topic", durable: true },
      ],
    ]);
  },

  async "the predeclared exchanges are there"(ctx) {
    const names = ["direct", "fanout", "topic", "headers", "match", "rabbitmq.trace", "rabbitmq.log"];
    await attempts(
      ctx,
      names.map((name) => [name, "exchange.declare", { exchange: `amq.${name}`, passive: true }]),
    );
  },

  async "the default exchange cannot be declared, deleted or bound"(ctx) {
    const raw = await ctx.raw();
    const queue = ctx.name("q");
    await raw.call(1, "queue.declare", { queue });
    await attempts(ctx, [
      ["declare", "exchange.declare", { exchange: "", type: "direct", durable: true }],
      ["declare passive", "exchange.declare", { exchange: "", type: "direct", passive: true }],
      ["delete", "exchange.delete", { exchange: "" }],
      ["bind", "queue.bind", { queue, exchange: "", routingKey: queue }],
      ["unbind", "queue.unbind", { queue, exchange: "", routingKey: queue }],
      ["bind as source", "exchange.bind", { destination: "amq.fanout", source: "" }],
      ["bind as destination", "exchange.bind", { destination: "", source: "amq.fanout" }],
      ["unbind as source", "exchange.unbind", { destination: "amq.fanout", source: "" }],
    ]);
  },

  async "exchange types and arguments nobody knows are refused"(ctx) {
    const declare = (label: string, fields: Fields): Attempt => [
      label,
      "exchange.declare",
      { exchange: ctx.name(label), ...fields },
    ];
    await attempts(ctx, [
      declare("unknown type", { type: "nonsense" }),
      declare("empty type", { type: "" }),
      declare("alternate that is no name", { type: "direct", arguments: { "alternate-exchange": 1 } }),
      declare("an argument nobody knows", { type: "direct", arguments: { anything: "goes" } }),
    ]);
  },

  async "an internal exchange takes no messages from clients, but from exchanges"(ctx) {
    const raw = await ctx.raw();
    const [internal, source, queue] = [ctx.name("internal"), ctx.name("source"), ctx.name("q")];
    await raw.call(1, "exchange.declare", { exchange: internal, type: "fanout", internal: true });
    await raw.call(1, "exchange.declare", { exchange: source, type: "fanout" });
    await raw.call(1, "exchange.bind", { destination: internal, source });
    await raw.call(1, "queue.declare", { queue });
    await raw.call(1, "queue.bind", { queue, exchange: internal });
    raw.publish(1, { exchange: source }, "x");
    ctx.see("through an exchange", brief(await raw.call(1, "basic.get", { queue, noAck: true })));
    await raw.listen(2);
    raw.publish(1, { exchange: internal }, "x");
    ctx.see("from a client", brief(await raw.next()));
  },

  async "after a channel error the connection and its other channels go on, the number can be used again"(ctx) {
    const raw = await ctx.raw();
    await raw.channel(2);
    ctx.see("error", (await raw.call(1, "queue.declare", { queue: ctx.name("missing"), passive: true })).type);
    raw.send(1, "queue.declare", { queue: ctx.name("ignored") });
    raw.send(1, "channel.close-ok");
    ctx.see("other channel", brief(await raw.call(2, "basic.qos", { prefetchCount: 1 })));
    ctx.see("opened again", brief(await raw.call(1, "channel.open")));
    const ignored = { queue: ctx.name("ignored"), passive: true };
    ctx.see("what was sent meanwhile was ignored", brief(await raw.call(1, "queue.declare", ignored)));
  },
};
