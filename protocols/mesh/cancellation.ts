import { type Context, Errors, type Middleware, type ServiceSchema } from "moleculer";
import { CancellableCalls, cancelled } from "../cancellable.ts";
import { within } from "./within.ts";

/** The Moleculer event by which a caller gives up a call; it goes to the replicas of the service that was called. */
const callCancelled = "call.cancelled";
/** Cancellations that are remembered for a call that waits in the shared queue. */
const EARLY = 1_000;

interface Cancelled {
  readonly id: string;
}

/**
 * Lets the signal of a call go through the mesh: when it aborts here, or nobody answered in time, the action's own signal
 * aborts on the node that works on it, also when its own time-out is later. A call that was made inside another is given up
 * with it.
 */
export const cancellationMiddleware = (): Middleware => {
  const calls = new CancellableCalls(EARLY);
  return {
    name: "Cancellation",

    serviceCreating(_, schema: ServiceSchema) {
      if (schema.name.startsWith("$")) return;
      const heard = ({ params }: Context<Cancelled>) => calls.cancel(params.id);
      schema.events = { ...schema.events, [callCancelled]: heard };
    },

    localAction(next, { name = "", visibility }) {
      if (visibility === "private") return next; // Nobody else calls it, so nobody else gives it up.
      const { nodeID } = this;
      return function cancellable(ctx) {
        // A call from within the node brings its signal, one from another has none yet.
        if (ctx.options.signal !== undefined) return next.call(this, ctx);
        return calls.run(ctx.id, (signal) => {
          ctx.options.signal = signal;
          return within(ctx.options.timeout, { action: name, nodeID }, next.call(this, ctx));
        });
      };
    },

    remoteAction(next, action) {
      const broker = this;
      const groups = [action.service?.name ?? ""];
      return async function cancelling(ctx) {
        const signal = ctx.options.signal ?? ctx.options.parentCtx?.options.signal;
        if (signal?.aborted) throw cancelled();
        const tell = () => {
          const call: Cancelled = { id: ctx.id };
          broker.broadcast(callCancelled, call, { groups }).catch(() => undefined); // The mesh may be away.
        };
        signal?.addEventListener("abort", tell, { once: true });
        try {
          return await next.call(this, ctx);
        } catch (error) {
          if (error instanceof Errors.RequestTimeoutError) tell();
          throw error;
        } finally {
          signal?.removeEventListener("abort", tell);
        }
      };
    },
  };
};
