import type { ServiceBroker } from "moleculer";
import { isCode } from "../../errors/codes.ts";
import { CodedError, toCodedError } from "../../errors/index.ts";
import { Calls } from "../calls.ts";
import type { Answer, CallOptions, ProtocolClient } from "../client.ts";
import { type Endpoint, endpointsOf } from "../endpoints.ts";
import type { Exposure } from "../exposure.ts";
import { type Reply, RestConnections } from "./connections.ts";
import type { Envelope } from "./envelope.ts";
import { toRequest } from "./request.ts";
import { type Route, routesOf } from "./route.ts";

/** Calls the services' own REST ports: found in the registry, one after the other, a node that refuses skipped. */
export class RestClient implements ProtocolClient {
  readonly protocol = "rest";
  readonly #broker: ServiceBroker;
  readonly #connections = new RestConnections();
  readonly counters = new Calls(this.#connections.bytes);
  readonly #routes = new WeakMap<Exposure, readonly Route[]>();
  #turn = 0;

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
  }

  call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    return this.counters.run(() => this.#call(operation, params, options), params);
  }

  async close(): Promise<void> {
    this.#connections.close();
  }

  /** An abort ends the exchange, which aborts the signal of the action. */
  async #call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    const { deadline, requestId, traceparent, signal } = options;
    const late = AbortSignal.timeout(deadline);
    const over = signal === undefined ? late : AbortSignal.any([late, signal]);
    const headers = { "X-Request-Id": requestId, ...(traceparent === undefined ? {} : { traceparent }) };
    let away: unknown;
    for (const { node, address, routes } of this.#inTurn(operation)) {
      try {
        const request = toRequest(routes, params as Record<string, unknown>);
        return read(await this.#connections.exchange(address, request, headers, over), node);
      } catch (error) {
        if (error instanceof CodedError) throw error;
        if (signal?.aborted) throw new CodedError("CANCELLED", "the caller gave up", { cause: error });
        if (late.aborted) throw new CodedError("TIMEOUT", "the operation did not answer in time", { cause: error });
        away = error;
        if (!wasNotSent(error)) break;
      }
    }
    throw new CodedError("SERVICE_UNAVAILABLE", "no node answers for this operation now", { cause: away });
  }

  /** @throws CodedError SERVICE_UNAVAILABLE, PROTOCOL_UNAVAILABLE */
  #inTurn(operation: string): Target[] {
    const endpoints = endpointsOf(this.#broker, "rest", operation);
    if (endpoints === undefined) throw new CodedError("SERVICE_UNAVAILABLE", "no node offers this operation now");
    const targets = endpoints.flatMap((endpoint) => this.#target(endpoint));
    if (targets.length === 0) throw new CodedError("PROTOCOL_UNAVAILABLE", `${operation} is not served over REST`);
    const first = this.#turn++ % targets.length;
    return [...targets.slice(first), ...targets.slice(0, first)];
  }

  /** Its routes are worked out once for what a node says of the operation. */
  #target({ node, address, exposure, params }: Endpoint): Target[] {
    let routes = this.#routes.get(exposure);
    if (routes === undefined) {
      routes = exposure.rest === undefined ? [] : routesOf(exposure.rest, params);
      this.#routes.set(exposure, routes);
    }
    const [first, ...others] = routes;
    return first === undefined ? [] : [{ node, address, routes: [first, ...others] }];
  }
}

interface Target {
  readonly node: string;
  readonly address: string;
  readonly routes: readonly [Route, ...Route[]];
}

/** Nobody listened: another replica may have it. */
const wasNotSent = (error: unknown): boolean =>
  ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND"].includes((error as { code?: string }).code ?? "");

/** @throws CodedError what the service answered */
function read({ status, text, took }: Reply, node: string): Answer {
  const { error, message, code, data } = envelope(text);
  if (!error && status < 400) return { value: data, node, took };
  const coded = isCode(code)
    ? new CodedError(code, message, { data })
    : toCodedError(new Error(`${node} answered ${status}`));
  coded.nodeID = node;
  throw coded;
}

function envelope(text: string): Envelope {
  try {
    return JSON.parse(text) as Envelope;
  } catch (error) {
    throw new CodedError("INTERNAL", "something went wrong on our side", { cause: error });
  }
}
