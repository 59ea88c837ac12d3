import type { Middleware } from "moleculer";
import { isExposed } from "../exposed.ts";
import { nodeOf } from "../node-context.ts";
import { requestContext } from "../request-context.ts";
import { TRACEPARENT } from "./trace-context.ts";
import { endWith, traceparentBelow, within } from "./tracer.ts";

/**
 * Every action that is served and every call to another node as a span. The mesh carries the trace as a header of the call,
 * which unlike metadata neither returns with the answer nor goes on by itself.
 */
export const tracingMiddleware: Middleware = {
  name: "Trace",
  localAction(next, action) {
    if (!isExposed(action)) return next;
    const { name = "" } = action;
    const { tracer } = nodeOf(this);
    if (tracer === undefined) return next;
    return function traced(ctx) {
      const { protocol } = requestContext.getStore() ?? {};
      const span = tracer.begin({ name, kind: "server", attributes: { protocol } });
      return endWith(
        span,
        within(span, () => next.call(this, ctx) as Promise<unknown>),
      );
    };
  },
  remoteAction(next, { name = "" }) {
    if (name.startsWith("$")) return next;
    const { tracer } = nodeOf(this);
    return function traced(ctx) {
      // The mesh's client has begun the span already.
      if (ctx.headers[TRACEPARENT] !== undefined) return next.call(this, ctx);
      const span = tracer?.begin({ name, kind: "client", attributes: { protocol: "mesh" } });
      const traceparent = traceparentBelow(span);
      if (traceparent !== undefined) ctx.headers = { ...ctx.headers, [TRACEPARENT]: traceparent };
      const answer = next.call(this, ctx) as Promise<unknown>;
      return span === undefined ? answer : endWith(span, answer);
    };
  },
};
