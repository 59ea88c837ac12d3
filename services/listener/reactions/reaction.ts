import type { Received } from "../received.ts";

/** What a reaction may reach. */
export interface Reach {
  /** Calls another service's action under the event's request id. */
  readonly call: (action: string, params: object) => Promise<unknown>;
  readonly alerts: AlertTargets;
}

export interface AlertTargets {
  /** Empty: nobody is mailed. */
  readonly to: readonly string[];
  /** Asked once an alert; false when this minute's are used up. */
  readonly allow: (eventId: string) => boolean;
}

export type Reaction = (event: Received, reach: Reach) => Promise<unknown>;
