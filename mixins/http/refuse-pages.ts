import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Config } from "../../config/load.ts";
import { isLoopback } from "../../config/neighbours.ts";
import { CodedError } from "../../errors/index.ts";

/**
 * A page of any other origin could send a POST here from a browser on this machine; no page of this system does.
 * @throws CodedError FORBIDDEN
 */
export function refusePages({ headers }: IncomingMessage): void {
  if (headers.origin !== undefined) throw new CodedError("FORBIDDEN", "pages do not call a service's own port");
}

/**
 * A page whose name was made to mean this machine (DNS rebinding) reads here as from its own host: with a GET there is no
 * Origin to tell. On a port that is bound to loopback nobody has a reason to use another name than this machine's.
 * @throws CodedError FORBIDDEN
 */
export function refuseForeignNames(
  { headers }: IncomingMessage,
  config: Pick<Config, "host" | "advertisedHost">,
): void {
  if (!isLoopback(config.host)) return;
  const name = (headers.host ?? "").replace(/:\d*$/, "").toLowerCase();
  if (name === "" || isLoopback(name) || isIP(name) !== 0 || name === config.advertisedHost) return;
  throw new CodedError("FORBIDDEN", "this port is asked by this machine's own name or address");
}
