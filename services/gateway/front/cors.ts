import type { IncomingMessage, ServerResponse } from "node:http";
import { CodedError } from "../../../errors/index.ts";

const METHODS = "GET, HEAD, POST, DELETE, OPTIONS";
const REQUEST_HEADERS = "Content-Type, Authorization, X-Request-Id, Last-Event-ID";
const ANSWER_HEADERS =
  "X-Request-Id, X-Via, X-Node, Server-Timing, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset";
/** How long a browser need not ask again, s. */
const MAX_AGE = 600;
const readOnly = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Which front ends' scripts may read answers and, what CORS alone does not do, which may change anything: a simple POST
 * needs no preflight, so one from any other page would be served before the browser hides its answer.
 */
export class Cors {
  readonly #origins: ReadonlySet<string>;
  readonly #onPagesHost: boolean;

  /** @param onPagesHost page and gateway are one host to the browser, whatever its name is */
  constructor(origins: readonly string[], onPagesHost: boolean) {
    this.#origins = new Set(origins);
    this.#onPagesHost = onPagesHost;
  }

  /** The page before this gateway, or one that is named and not merely let in by `*`: only such a front end may use a cookie. */
  knows({ origin = "", host }: IncomingMessage["headers"]): boolean {
    if (this.#onPagesHost && URL.canParse(origin) && new URL(origin).host === host) return true;
    return this.#origins.has(origin) && origin !== "*";
  }

  /** @throws CodedError FORBIDDEN */
  apply({ method = "", headers }: IncomingMessage, response: ServerResponse): void {
    const { origin } = headers;
    response.appendHeader("Vary", "Origin");
    if (origin === undefined) return;
    if (this.knows(headers)) {
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.setHeader("Access-Control-Allow-Credentials", "true");
    } else if (this.#origins.has("*")) {
      response.setHeader("Access-Control-Allow-Origin", "*");
    } else if (!readOnly.has(method) || isPreflight(method, headers)) {
      throw new CodedError("FORBIDDEN", "this origin is not among the gateway's ALLOWED_ORIGINS");
    }
    response.setHeader("Access-Control-Expose-Headers", ANSWER_HEADERS);
    response.setHeader("Timing-Allow-Origin", response.getHeader("Access-Control-Allow-Origin") ?? "null");
  }

  /** @returns whether this was a preflight, and is answered */
  preflight({ method = "", headers }: IncomingMessage, response: ServerResponse): boolean {
    if (!isPreflight(method, headers)) return false;
    response.setHeader("Access-Control-Allow-Methods", METHODS);
    response.setHeader("Access-Control-Allow-Headers", REQUEST_HEADERS);
    response.setHeader("Access-Control-Max-Age", MAX_AGE);
    response.appendHeader("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers");
    response.writeHead(204).end();
    return true;
  }
}

const isPreflight = (method: string, headers: IncomingMessage["headers"]): boolean =>
  method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
