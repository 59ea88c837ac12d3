import type { IncomingMessage } from "node:http";

/** The header by which a caller says how long it waits, ms. */
export const DEADLINE = "X-Deadline";

/** How long the request may be worked on, ms. @param most no longer than that, and that long when it does not say */
export function timeoutOf({ headers }: IncomingMessage, most: number): number {
  const given = Number(headers[DEADLINE.toLowerCase()]);
  return given > 0 ? Math.min(Math.ceil(given), most) : most;
}
