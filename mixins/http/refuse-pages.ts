import type { IncomingMessage } from "node:http";
import { CodedError } from "../../errors/index.ts";

/**
 * A page of any other origin could send a POST here from a browser on this machine; no page of this system does.
 * @throws CodedError FORBIDDEN
 */
export function refusePages({ headers }: IncomingMessage): void {
  if (headers.origin !== undefined) throw new CodedError("FORBIDDEN", "pages do not call a service's own port");
}
