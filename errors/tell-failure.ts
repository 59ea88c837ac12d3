import type { Logger } from "moleculer";
import type { CodedError } from "./coded-error.ts";

/** Tells the log what a client is not told: of INTERNAL why, and what else was no fault of the client's. */
export function tellFailure(logger: Pick<Logger, "error" | "warn">, what: string, error: CodedError): void {
  if (error.type === "INTERNAL") logger.error(`${what}: INTERNAL`, error.cause ?? error.message);
  else if (error.code >= 500) logger.warn(`${what}: ${error.type}: ${error.message}`);
}
