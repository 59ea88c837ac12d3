import type { IncomingMessage } from "node:http";
import type { Exchange } from "../../mixins/http-edge.ts";
import type { Ask } from "./ask.ts";
import type { Client } from "./front/client.ts";
import type { Session } from "./session/tokens.ts";
import type { Trace } from "./trace.ts";

/** Node's request with what the gateway and moleculer-web found out about it. */
export interface WebRequest extends IncomingMessage {
  exchange: Exchange;
  client: Client;
  trace: Trace;
  ask: Ask;
  /** Who is signed in, on the routes that want somebody to be. */
  session?: Session;
  /** moleculer-web's: the values of the path's `:names`. */
  $params?: { params?: Record<string, string> };
}
