import { Errors, type Middleware } from "moleculer";

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
      const timeout = ctx.options.timeout ?? 0;
      const answer = next.call(this, ctx) as Promise<unknown>;
      if (timeout <= 0) return answer;
      return new Promise((resolve, reject) => {
        const late = () =>
          reject(new Errors.RequestTimeoutError({ action: action.name ?? "", nodeID: ctx.nodeID ?? "" }));
        const timer = setTimeout(late, timeout + AFTER).unref();
        answer.then(resolve, reject).finally(() => clearTimeout(timer));
      });
    };
  },
};
