import type { ServerResponse } from "node:http";
import type { Config } from "../../../config/load.ts";
import { allowedOrigins, gatewayOrigins, isOnPagesHost } from "../../../config/neighbours.ts";
import { CodedError } from "../../../errors/index.ts";
import type { Exchange } from "../../../mixins/http-edge.ts";
import { refuseLargeBody } from "../../../protocols/rest/body.ts";
import { type Client, clientOf, network } from "./client.ts";
import { Cors } from "./cors.ts";
import { RateLimit } from "./rate-limit.ts";

/**
 * What every request meets before it meets a route. moleculer-web has CORS and rate limits of its own, for the requests
 * that match one of its routes; these hold for the others and for errors too, compare whole origins, and are bounded.
 */
export class Front {
  readonly cors: Cors;
  readonly #config: Config;
  readonly #rateLimit: RateLimit;

  constructor(config: Config) {
    this.#config = config;
    this.cors = new Cors([...allowedOrigins(config), ...gatewayOrigins(config)], isOnPagesHost(config));
    this.#rateLimit = new RateLimit(config.rateLimit);
  }

  /**
   * @returns the client, or undefined when the request is answered already
   * @throws CodedError FORBIDDEN, TOO_MANY_REQUESTS, BODY_TOO_LARGE
   */
  admit({ request, response }: Exchange): Client | undefined {
    const client = clientOf(request, this.#config.trustedProxies);
    secure(response, client);
    this.cors.apply(request, response);
    if (this.cors.preflight(request, response)) return undefined;
    this.#count(client, response);
    refuseLargeBody(request, this.#config.bodyLimit);
    return client;
  }

  #count({ address }: Client, response: ServerResponse): void {
    const { allowed, remaining, reset, retryAfter } = this.#rateLimit.take(network(address));
    response.setHeader("RateLimit-Limit", this.#rateLimit.limit);
    response.setHeader("RateLimit-Remaining", remaining);
    response.setHeader("RateLimit-Reset", reset);
    if (allowed) return;
    response.setHeader("Retry-After", retryAfter);
    throw new CodedError("TOO_MANY_REQUESTS", `too many requests, try again in ${retryAfter} s`);
  }
}

/** For answers that are data, never a page. */
function secure(response: ServerResponse, client: Client): void {
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.setHeader("Cross-Origin-Resource-Policy", "same-site");
  response.setHeader("Referrer-Policy", "no-referrer");
  if (client.secure) response.setHeader("Strict-Transport-Security", "max-age=31536000");
}
