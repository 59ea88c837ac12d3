import type { IncomingMessage, ServerResponse } from "node:http";
import type { Service } from "moleculer";
import type { Handler } from "../../mixins/http-edge.ts";

type Middleware = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** moleculer-web as a middleware of the node's own port. */
export function behindTheEdge(service: Service): Handler {
  const handle = (service as Service & { express(): Middleware }).express();
  return ({ request, response }) => handle(request, response);
}
