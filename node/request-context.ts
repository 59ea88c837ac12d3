import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { Middleware } from "moleculer";
import type { Protocol } from "../protocols/protocol.ts";
import { TRACEPARENT, type TraceContext, traceFrom } from "./tracing/trace-context.ts";

/** What every log line of one request knows. */
export interface RequestContext {
  readonly requestId: string;
  /** Where in which trace it is, when there is one. */
  readonly trace?: TraceContext;
  /** What it came to this node over. */
  readonly protocol?: Protocol;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

/** A caller's own id is kept when it is short and printable, else a new one is made: it ends up in headers and logs. */
export function requestIdFrom(header: string | string[] | undefined): string {
  const given = Array.isArray(header) ? header[0] : header;
  return given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

/** Runs every action under its request id and in its trace; the mesh carries them as `ctx.requestID` and as a header. */
export const requestContextMiddleware: Middleware = {
  name: "RequestContext",
  localAction(next) {
    const here = this.nodeID;
    return function inRequestContext(ctx) {
      const came = requestContext.getStore();
      const trace = traceFrom(ctx.headers[TRACEPARENT]) ?? came?.trace;
      const protocol = ctx.nodeID === here ? came?.protocol : "mesh";
      const requestId = ctx.requestID ?? ctx.id;
      // A call inside what is known already.
      if (came?.requestId === requestId && came.trace === trace && came.protocol === protocol)
        return next.call(this, ctx);
      return requestContext.run({ requestId, trace, protocol }, () => next.call(this, ctx));
    };
  },
};
