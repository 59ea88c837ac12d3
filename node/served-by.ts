import type { Middleware } from "moleculer";

/** What travels back to the caller with the answer, or with the error. */
export interface ServedMeta {
  servedBy?: string;
  /** ms that the node worked on it */
  servedIn?: number;
}

/** Tells the caller which node did the work and how long it took. */
export const servedByMiddleware: Middleware = {
  name: "ServedBy",
  localAction(next) {
    const node = this.nodeID;
    return async function servedBy(ctx) {
      const begun = performance.now();
      try {
        return await next.call(this, ctx);
      } finally {
        const meta: ServedMeta = ctx.meta;
        meta.servedBy = node;
        meta.servedIn = Math.round((performance.now() - begun) * 10) / 10;
      }
    };
  },
};
