import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CodedError, toCodedError } from "../errors/index.ts";
import { requestContext, requestIdFrom } from "../node/request-context.ts";
import { type Envelope, failure } from "../protocols/rest/envelope.ts";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly requestId: string;
}
export type Handler = (exchange: Exchange) => Promise<void> | void;

interface EdgeOptions {
  readonly host: string;
  readonly port: number;
  /** Tells of what a client is not told. */
  readonly onError: (error: CodedError, exchange: Exchange) => void;
}

/** One node's HTTP port: routes by method and path, request ids, coded errors, and draining without a reset connection. */
export class HttpEdge {
  readonly #options: EdgeOptions;
  readonly #routes = new Map<string, Map<string, Handler>>();
  readonly #server: Server;
  #fallback?: Handler;
  #draining = false;

  constructor(options: EdgeOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.requestTimeout = 30_000;
    this.#server.headersTimeout = 10_000;
    this.#server.keepAliveTimeout = 5_000;
    this.#server.maxConnections = 10_000;
  }

  /** @param route such as `GET /ping` */
  route(route: string, handler: Handler): void {
    const [method = "", path = ""] = route.split(" ");
    const methods = this.#routes.get(path) ?? new Map<string, Handler>();
    this.#routes.set(path, methods.set(method, handler));
  }

  /** What serves the paths that no route names. */
  otherwise(handler: Handler): void {
    this.#fallback = handler;
  }

  get address(): AddressInfo {
    return this.#server.address() as AddressInfo;
  }

  listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }

  /** Takes no new connection, closes each one with its answer, resolves when the last is gone. */
  drain(): Promise<void> {
    this.#draining = true;
    if (!this.#server.listening) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#server.close((error) => (error ? reject(error) : resolve()));
      this.#server.closeIdleConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = requestIdFrom(request.headers["x-request-id"]);
    request.headers["x-request-id"] = requestId;
    response.setHeader("X-Request-Id", requestId);
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (this.#draining) response.setHeader("Connection", "close");
    await requestContext.run({ requestId }, async () => {
      const exchange = { request, response, requestId, url: new URL("http://edge/") };
      try {
        exchange.url = new URL(request.url ?? "/", "http://edge");
        await this.#handler(request.method ?? "", exchange.url.pathname)(exchange);
      } catch (error) {
        const coded = toCodedError(error);
        this.#options.onError(coded, exchange);
        refuse(request, response, coded);
      }
    });
  }

  #handler(method: string, path: string): Handler {
    const methods = this.#routes.get(path);
    const handler = methods?.get(method) ?? (method === "HEAD" ? methods?.get("GET") : undefined);
    if (handler !== undefined) return handler;
    if (this.#fallback !== undefined) return this.#fallback;
    if (methods === undefined) throw new CodedError("NOT_FOUND", `there is nothing at ${path}`);
    throw new CodedError("METHOD_NOT_ALLOWED", `${path} answers ${[...methods.keys()].join(", ")}`);
  }
}

export function sendJson(response: ServerResponse, status: number, body: Envelope | object): void {
  sendText(response, status, "application/json", JSON.stringify(body));
}

export function sendText(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

/** The rest of an unread body is not waited for. */
export function refuse(request: IncomingMessage, response: ServerResponse, error: CodedError): void {
  if (!request.complete && !response.headersSent) response.setHeader("Connection", "close");
  sendJson(response, error.code, failure(error));
}
