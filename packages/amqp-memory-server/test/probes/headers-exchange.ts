import type { Context, Probes } from "./context.ts";
import { bodies } from "./observe.ts";
import { typed } from "./raw-encode.ts";

const BINDINGS: Record<string, Record<string, unknown>> = {
  "all by default": { a: "1", b: 2 },
  all: { "x-match": "all", a: "1", b: 2 },
  any: { "x-match": "any", a: "1", b: 2 },
  "all, x- keys ignored": { "x-match": "all", a: "1", "x-b": "2" },
  "any, x- keys ignored": { "x-match": "any", a: "1", "x-b": "2" },
  "all-with-x": { "x-match": "all-with-x", a: "1", "x-b": "2" },
  "any-with-x": { "x-match": "any-with-x", a: "1", "x-b": "2" },
  "all of nothing": { "x-match": "all" },
  "any of nothing": { "x-match": "any" },
  "no arguments": {},
  "key present, value void": { "x-match": "all", a: null },
  "boolean and float": { t: true, d: 1.5 },
  nested: { n: { deep: "x" } },
};

const MESSAGES: Record<string, Record<string, unknown>> = {
  nothing: {},
  "a=1": { a: "1" },
  "a=1,b=2": { a: "1", b: 2 },
  "b=2": { b: 2 },
  "b=2 as long long": { a: "1", b: typed("l", 2) },
  "b='2'": { a: "1", b: "2" },
  "a number": { a: 1, b: 2 },
  "a=1,x-b=2": { a: "1", "x-b": "2" },
  "x-b=2": { "x-b": "2" },
  "a=1,x-b=3": { a: "1", "x-b": "3" },
  "t,d": { t: true, d: 1.5 },
  n: { n: { deep: "x" } },
  "x-match sent": { "x-match": "all" },
};

async function matches(ctx: Context): Promise<void> {
  const raw = await ctx.raw();
  const exchange = ctx.name("x");
  await raw.call(1, "exchange.declare", { exchange, type: "headers" });
  const queues = new Map<string, string>();
  for (const [index, [binding, args]] of Object.entries(BINDINGS).entries()) {
    const queue = ctx.name(`q${index}`);
    queues.set(binding, queue);
    await raw.call(1, "queue.declare", { queue });
    const bound = await raw.call(1, "queue.bind", { queue, exchange, arguments: args });
    if (bound.type !== "queue.bind-ok") ctx.see(`binding ${binding}`, bound);
  }
  for (const [body, headers] of Object.entries(MESSAGES)) raw.publish(1, { exchange }, body, { headers });
  raw.publish(1, { exchange }, "no headers at all");
  for (const [binding, queue] of queues) {
    const found: unknown[] = [];
    for (;;) {
      const answer = await raw.call(1, "basic.get", { queue, noAck: true });
      if (answer.type !== "basic.get-ok") break;
      const [, body] = await raw.listen(2);
      found.push(body?.body);
    }
    ctx.see(binding, found);
  }
}

export const headersExchange: Probes = {
  "a headers exchange matches by x-match, with and without x- keys, and by type": matches,

  async "a headers binding with an unknown x-match is refused"(ctx) {
    const channel = await ctx.channel();
    const exchange = await ctx.exchange(channel, "x", "headers");
    const queue = await ctx.queue(channel, "q");
    const bind = (match: unknown) => () => channel.bindQueue(queue, exchange, "", { "x-match": match });
    ctx.see("unknown word", await ctx.outcome(channel, bind("most")));
    const next = await ctx.channel();
    ctx.see("not a text", await ctx.outcome(next, () => next.bindQueue(queue, exchange, "", { "x-match": 1 })));
  },

  async "bindings that differ only in their arguments are two bindings"(ctx) {
    const channel = await ctx.channel();
    const exchange = await ctx.exchange(channel, "x", "headers");
    const queue = await ctx.queue(channel, "q");
    await channel.bindQueue(queue, exchange, "", { a: 1 });
    await channel.bindQueue(queue, exchange, "", { a: 2 });
    await channel.unbindQueue(queue, exchange, "", { a: 1 });
    for (const a of [1, 2]) channel.publish(exchange, "", Buffer.from(`a=${a}`), { headers: { a } });
    ctx.see("left", bodies(await ctx.fetch(channel, queue, 1)));
    ctx.see("and no more", await channel.get(queue, { noAck: true }));
  },
};
