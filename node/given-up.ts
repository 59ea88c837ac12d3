import type { Context, Middleware } from "moleculer";

/** Throws why nobody waits for this call's answer any more, if so; for an action to ask between its steps. */
export function throwIfGivenUp(ctx: Context<unknown>): void {
  ctx.options.signal?.throwIfAborted();
}

/** A call that waited for its turn until its caller had given up is not begun. */
export const givenUpMiddleware: Middleware = {
  name: "GivenUp",
  localAction: (next) =>
    async function unlessGivenUp(ctx) {
      throwIfGivenUp(ctx);
      return next.call(this, ctx);
    },
};
