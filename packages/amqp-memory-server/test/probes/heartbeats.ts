import type { Probes } from "./context.ts";
import { brief, kinds } from "./observe.ts";
import { encodeFrame } from "./raw-encode.ts";

const HEARTBEAT = encodeFrame(8, 0, Buffer.alloc(0));

export const heartbeats: Probes = {
  async "the server sends heartbeats and hangs up on a client that stops sending anything"(ctx) {
    const raw = await ctx.raw({ heartbeat: 1 });
    const since = Date.now();
    ctx.see("goodbye", kinds(await raw.farewell(6_000)));
    const seconds = (Date.now() - since) / 1_000;
    ctx.see("after about two intervals", seconds > 1 && seconds < 5);
    ctx.see("heartbeats came", raw.heartbeats > 0);
  },

  async "a client that sends heartbeats, or anything else, is kept"(ctx) {
    const beating = await ctx.raw({ heartbeat: 1 });
    const talking = await ctx.raw({ heartbeat: 1 });
    for (let half = 0; half < 8; half += 1) {
      beating.write(HEARTBEAT);
      await talking.call(1, "basic.qos", { prefetchCount: half });
      await ctx.lull(500);
    }
    ctx.see("beating", brief(await beating.call(1, "basic.qos", { prefetchCount: 1 })));
    ctx.see("talking", brief(await talking.call(1, "basic.qos", { prefetchCount: 1 })));
    // The other one was sent answers all the time, which make heartbeats needless.
    ctx.see("beats came to the one that heard nothing else", beating.heartbeats > 0);
  },

  async "heartbeat 0 turns heartbeats off"(ctx) {
    const raw = await ctx.raw({ heartbeat: 0 });
    await ctx.lull(3_000);
    ctx.see("heartbeats", raw.heartbeats);
    ctx.see("still there", brief(await raw.call(1, "basic.qos", { prefetchCount: 1 })));
  },
};
