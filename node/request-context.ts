import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { Middleware } from "moleculer";

/** What every log line of one request knows. */
export interface RequestContext {
  readonly requestId: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

/** A caller's own id is kept when it is short and printable, else a new one is made: it ends up in headers and logs. */
export function requestIdFrom(header: string | string[] | undefined): string {
  const given = Array.isArray(header) ? header[0] : header;
  return given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

/** Runs every action under its request id; the mesh carries it as `ctx.requestID`. */
export const requestContextMiddleware: Middleware = {
  name: "RequestContext",
  localAction: (next) =>
    function inRequestContext(ctx) {
      return requestContext.run({ requestId: ctx.requestID ?? ctx.id }, () => next.call(this, ctx));
    },
};
