import type { Exposure } from "../protocols/exposure.ts";

declare module "moleculer" {
  interface ActionSchema {
    /** The protocols that serve this action, and how it looks there; without it the action is for the mesh alone. */
    expose?: Exposure;
    /** What it does, in a sentence, for who calls it over a protocol that can tell. */
    description?: string;
    /** What it returns, as a rule of the kind that `params` has; where an rpc of a .proto serves it, that says so already. */
    returns?: object;
  }
  interface CallingOptions {
    /** Aborted when nobody waits for the answer any more. See `node/given-up.ts` and `protocols/mesh/cancellation.ts`. */
    signal?: AbortSignal;
    /** Names a call inside the node, the same at each delivery of it, where the protocol can tell. See `node/call-id.ts`. */
    callId?: () => string | undefined;
  }

  /** Left out of Moleculer's types. */
  const Middlewares: Readonly<Record<"Bulkhead" | "Metrics", (broker: ServiceBroker) => Middleware>>;
}
