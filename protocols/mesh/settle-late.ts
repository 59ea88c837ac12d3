import type { Middleware } from "moleculer";
import { within } from "./within.ts";

/** Moleculer's own time-out comes first and answers the caller, ms. */
const AFTER = 50;

/**
 * Ends a remote call that nobody answered. Moleculer's time-out, which wraps this, forgets the pending request without
 * settling it: its context would be tracked for ever, be waited for at shutdown, and never be freed.
 */
export const settleLateMiddleware: Middleware = {
  name: "SettleLate",
  remoteAction(next, action) {
    return function settled(ctx) {
      const { timeout } = ctx.options;
      const answer = next.call(this, ctx) as Promise<unknown>;
      return within(timeout && timeout + AFTER, { action: action.name ?? "", nodeID: ctx.nodeID ?? "" }, answer);
    };
  },
};
