import type { Exposure } from "../protocols/exposure.ts";

declare module "moleculer" {
  interface ActionSchema {
    /** The protocols that serve this action, and how it looks there; without it the action is for the mesh alone. */
    expose?: Exposure;
  }
}
