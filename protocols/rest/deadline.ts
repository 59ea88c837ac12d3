import type { IncomingMessage } from "node:http";

/** The header by which a caller says how long it waits, ms. */
export const DEADLINE = "X-Deadline";

/**
 * How long the request may be worked on, ms, at least one: a caller whose time is over waits no more, though it says so.
 * @param most no longer than that, and that long when it does not say
 */
export function timeoutOf({ headers }: IncomingMessage, most: number): number {
  const given = Number(headers[DEADLINE.toLowerCase()] || Number.NaN);
  return Number.isNaN(given) ? most : Math.min(Math.max(1, Math.ceil(given)), most);
}
