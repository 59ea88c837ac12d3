import type { Middleware } from "moleculer";

/** Tells the caller which node did the work, in the metadata that travels back with the answer. */
export const servedByMiddleware: Middleware = {
  name: "ServedBy",
  localAction(next) {
    const node = this.nodeID;
    return async function servedBy(ctx) {
      const result = await next.call(this, ctx);
      ctx.meta.servedBy = node;
      return result;
    };
  },
};
