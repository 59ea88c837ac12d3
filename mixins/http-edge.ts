import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CodedError, toCodedError } from "../errors/index.ts";
import { bodies } from "../node/bodies.ts";
import { requestContext, requestIdFrom } from "../node/request-context.ts";
import { TRACEPARENT, traceFrom } from "../node/tracing/trace-context.ts";
import { sendError } from "./http/answer.ts";
import { discardRest } from "./http/discard.ts";
import { answerMalformed } from "./http/malformed.ts";
import { Router } from "./http/router.ts";

export { sendJson, sendText } from "./http/answer.ts";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The values of the `:names` in the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** The route's pattern, for the metrics: never what the client wrote. */
  route: string;
}
export type Handler = (exchange: Exchange) => Promise<void> | void;

/** What became of a request. */
export interface Answered {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** ms until the last byte was given away, or the client left */
  readonly duration: number;
}

interface EdgeOptions {
  readonly host: string;
  readonly port: number;
  /** The node's id, told in every answer. */
  readonly node: string;
  /** Tells of what a client is not told. */
  readonly onError: (error: CodedError, exchange: Exchange) => void;
}

/** One node's HTTP port: routes by method and path, request ids, coded errors, and draining without a reset connection. */
export class HttpEdge {
  readonly #options: EdgeOptions;
  readonly #router = new Router<Handler>();
  readonly #server: Server;
  readonly #answering = new Set<ServerResponse>();
  readonly #observers: ((answered: Answered) => void)[] = [];
  #fallback?: Handler;
  #draining = false;

  constructor(options: EdgeOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on("clientError", answerMalformed);
    this.#server.requestTimeout = 30_000;
    this.#server.headersTimeout = 10_000;
    // Clients are told the first and a connection ends after both: one that keeps to it never writes into an ending one.
    this.#server.keepAliveTimeout = 5_000;
    this.#server.keepAliveTimeoutBuffer = 5_000;
    this.#server.maxConnections = 10_000;
  }

  /** @param route such as `GET /ping` or `GET /logs/:id` @throws ConfigError when it is there already */
  route(route: string, handler: Handler): void {
    this.#router.add(route, handler);
  }

  /** What serves the paths that no route names. */
  otherwise(handler: Handler): void {
    this.#fallback = handler;
  }

  /** Told of every answered request. */
  onAnswered(observer: (answered: Answered) => void): void {
    this.#observers.push(observer);
  }

  get draining(): boolean {
    return this.#draining;
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
    for (const response of this.#answering) closeWith(response);
    return new Promise((resolve, reject) => {
      this.#server.close((error) => (error ? reject(error) : resolve()));
      this.#server.closeIdleConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = this.#begin(request, response);
    const trace = traceFrom(request.headers[TRACEPARENT]);
    await requestContext.run({ requestId: exchange.requestId, trace, protocol: "rest" }, async () => {
      try {
        await this.#handler(exchange)(exchange);
      } catch (error) {
        await this.#refuse(exchange, toCodedError(error));
      }
    });
  }

  #begin(request: IncomingMessage, response: ServerResponse): Asked {
    const begun = performance.now();
    const requestId = requestIdFrom(request.headers["x-request-id"]);
    const exchange = new Asked(request, response, requestId);
    request.headers["x-request-id"] = requestId;
    response.setHeader("X-Request-Id", requestId);
    response.setHeader("X-Node", this.#options.node);
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (this.#draining) closeWith(response);
    const { method = "" } = request;
    this.#answering.add(response);
    response.once("close", () => {
      this.#answering.delete(response);
      bodies.release(request);
      const status = response.writableFinished ? response.statusCode : CLIENT_LEFT;
      const answered = { method, route: exchange.route, status, duration: performance.now() - begun };
      for (const tell of this.#observers) tell(answered);
    });
    return exchange;
  }

  #handler(exchange: Asked): Handler {
    const { method = "" } = exchange.request;
    const path = pathOf(exchange);
    const found = this.#router.find(method, path);
    if (found !== undefined) exchange.route = found.pattern;
    if (found !== undefined && "handler" in found) {
      exchange.params = found.params;
      return found.handler;
    }
    if (found !== undefined) throw methodNotAllowed(exchange.response, path, found.allowed);
    if (this.#fallback !== undefined) return this.#fallback;
    throw new CodedError("NOT_FOUND", `there is nothing at ${path}`);
  }

  /** The sender of a body that nobody wanted gets to read why. */
  async #refuse(exchange: Exchange, error: CodedError): Promise<void> {
    const { request, response } = exchange;
    this.#options.onError(error, exchange);
    if (!(await discardRest(request)) && !response.headersSent) closeWith(response);
    if (!sendError(response, error)) response.destroy();
  }
}

/** nginx's number for a client that did not wait for its answer. */
const CLIENT_LEFT = 499;

const closeWith = (response: ServerResponse): void => {
  if (!response.headersSent) response.setHeader("Connection", "close");
};

class Asked implements Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  params: Readonly<Record<string, string>> = {};
  route = "none";
  #url?: URL;

  constructor(request: IncomingMessage, response: ServerResponse, requestId: string) {
    this.request = request;
    this.response = response;
    this.requestId = requestId;
  }

  /** Most requests are answered without. @throws CodedError MALFORMED_REQUEST for what no URL can be, such as `//` */
  get url(): URL {
    this.#url ??= urlOf(this.request);
    return this.#url;
  }
}

/**
 * As it was sent: a URL would take `..` for the way up, also where it is written `%2E%2E` and is a value.
 * @throws CodedError MALFORMED_REQUEST
 */
function pathOf(exchange: Exchange): string {
  const { url = "/" } = exchange.request;
  if (/^\/(?![/\\])/.test(url)) return url.split(/[?#]/, 1)[0] ?? "/";
  return exchange.url.pathname;
}

function urlOf({ url = "/" }: IncomingMessage): URL {
  const parsed = URL.parse(url, "http://edge");
  if (parsed === null) throw new CodedError("MALFORMED_REQUEST", "the request's address is malformed");
  return parsed;
}

/** 405 has to say what is allowed. */
export function methodNotAllowed(response: ServerResponse, path: string, allowed: readonly string[]): CodedError {
  response.setHeader("Allow", allowed.join(", "));
  return new CodedError("METHOD_NOT_ALLOWED", `${path} answers ${allowed.join(", ")}`);
}
