import type { IncomingMessage, ServerResponse } from "node:http";
import type { Service } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { type Exchange, methodNotAllowed } from "../../mixins/http-edge.ts";
import type { WebRequest } from "./web-request.ts";

type Next = (error?: unknown) => void;

interface ApiGateway {
  express(): (request: IncomingMessage, response: ServerResponse, next: Next) => Promise<void>;
  readonly aliases: readonly { method: string; match(path: string): object | false }[];
}

/** moleculer-web as a middleware of the node's own port. Resolves when it has answered; rejects with why it has not. */
export function behindTheEdge(service: Service): (request: WebRequest, exchange: Exchange) => Promise<void> {
  const web = service as Service & ApiGateway;
  const handle = web.express();
  return (request, exchange) =>
    new Promise((resolve, reject) => {
      const { method = "" } = request;
      // It would take the place of the request's id, unchecked.
      delete request.headers["x-correlation-id"];
      if (method === "HEAD") request.method = "GET"; // Node leaves the body out by itself.
      handle(request, exchange.response, (error) => {
        if (error !== undefined) return reject(error);
        try {
          resolve(notRouted(web, exchange, method));
        } catch (refusal) {
          reject(refusal);
        }
      }).then(resolve, reject);
    });
}

/** @throws CodedError NOT_FOUND, METHOD_NOT_ALLOWED; a plain OPTIONS is told what there is */
function notRouted({ aliases }: ApiGateway, { response, url }: Exchange, method: string): void {
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, "") : url.pathname;
  const methods = aliases.filter((alias) => matches(alias, path)).map((alias) => alias.method);
  if (methods.length === 0) throw new CodedError("NOT_FOUND", `there is nothing at ${path}`);
  const allowed = [...new Set([...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"])];
  if (method !== "OPTIONS") throw methodNotAllowed(response, path, allowed);
  response.setHeader("Allow", allowed.join(", "));
  response.writeHead(204).end();
}

function matches(alias: ApiGateway["aliases"][number], path: string): boolean {
  try {
    return alias.match(path) !== false;
  } catch {
    return false; // A part of the path that cannot be decoded.
  }
}
