import type { Exposure } from "../protocols/exposure.ts";

declare module "moleculer" {
  interface ActionSchema {
    /** The protocols that serve this action, and how it looks there; without it the action is for the mesh alone. */
    expose?: Exposure;
  }
  interface CallingOptions {
    /** Aborted when nobody waits for the answer any more; within one node only. See `node/given-up.ts`. */
    signal?: AbortSignal;
  }
}
