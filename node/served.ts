import type { Middleware, ServiceBroker } from "moleculer";
import { toCodedError } from "../errors/index.ts";
import { type Protocol, protocols } from "../protocols/protocol.ts";
import { isExposed } from "./exposed.ts";
import { total } from "./metrics.ts";
import { nodeOf } from "./node-context.ts";
import { requestContext } from "./request-context.ts";

/** What travels back to the caller with the answer, or with the error. */
export interface ServedMeta {
  servedBy?: string;
  /** ms that the node worked on it */
  servedIn?: number;
}

interface Served {
  requests: number;
  /** Those whose failure is not their caller's fault. */
  failures: number;
}

/**
 * Tells the caller which node did the work and how long it took; counts what a node's actions serve, by the protocol it came
 * over. What an action asks of its own node is not counted by protocol.
 */
export const servedMiddleware = (): Middleware => {
  let counts: ReadonlyMap<Protocol, Served> | undefined;
  return {
    name: "Served",
    localAction(next, action) {
      const { nodeID } = this;
      const exposed = isExposed(action);
      // Moleculer's own actions are wrapped before the broker has its configuration.
      const { traffic, counted } = exposed ? nodeOf(this) : {};
      if (exposed) counts ??= shown(this);
      return async function served(ctx) {
        const begun = performance.now();
        const { protocol } = requestContext.getStore() ?? {};
        const isCounted = exposed && protocol !== undefined && (ctx.level === 1 || ctx.nodeID !== nodeID);
        const count = isCounted ? counts?.get(protocol) : undefined;
        if (count !== undefined) count.requests++;
        try {
          return await next.call(this, ctx);
        } catch (error) {
          if (count !== undefined && toCodedError(error).code >= 500) count.failures++;
          throw error;
        } finally {
          const took = performance.now() - begun;
          traffic?.record(took);
          if (isCounted) counted?.served(ctx.requestID);
          const meta: ServedMeta = ctx.meta;
          meta.servedBy = nodeID;
          meta.servedIn = Math.round(took * 10) / 10;
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
