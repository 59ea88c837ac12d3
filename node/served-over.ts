import type { Middleware, ServiceBroker } from "moleculer";
import { toCodedError } from "../errors/index.ts";
import { type Protocol, protocols } from "../protocols/protocol.ts";
import { total } from "./metrics.ts";
import { requestContext } from "./request-context.ts";

interface Served {
  requests: number;
  /** Those whose failure is not their caller's fault. */
  failures: number;
}

/** Counts what a node's actions serve, by the protocol it came over; what an action asks of its own node is not counted. */
export const servedOverMiddleware = (): Middleware => {
  let counts: ReadonlyMap<Protocol, Served> | undefined;
  return {
    name: "ServedOver",
    localAction(next, { name = "", visibility }) {
      if (visibility === "private" || name.startsWith("$")) return next;
      counts ??= shown(this);
      const of = counts;
      return async function servedOver(ctx) {
        const { protocol } = requestContext.getStore() ?? {};
        const served = protocol === undefined || (ctx.level > 1 && protocol !== "mesh") ? undefined : of.get(protocol);
        if (served === undefined) return next.call(this, ctx);
        served.requests++;
        try {
          return await next.call(this, ctx);
        } catch (error) {
          if (toCodedError(error).code >= 500) served.failures++;
          throw error;
        }
      };
    },
  };
};

function shown(broker: ServiceBroker): ReadonlyMap<Protocol, Served> {
  return new Map(
    protocols.map((protocol) => {
      const served: Served = { requests: 0, failures: 0 };
      total(broker, "served.requests", "Requests that actions served", () => served.requests, { protocol });
      total(broker, "served.failures", "Those of them that failed here", () => served.failures, { protocol });
      return [protocol, served];
    }),
  );
}
