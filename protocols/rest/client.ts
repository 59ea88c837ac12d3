import type { ServiceBroker } from "moleculer";
import { isCode } from "../../errors/codes.ts";
import { CodedError, toCodedError } from "../../errors/index.ts";
import { Calls, type Hold, msUntil } from "../calls.ts";
import type { Answer, CallOptions, ProtocolClient } from "../client.ts";
import { type Endpoint, onGone } from "../endpoints.ts";
import type { Exposure } from "../exposure.ts";
import { Lost, NotSent, Replicas } from "../replicas.ts";
import { RestConnections } from "./connections.ts";
import { DEADLINE } from "./deadline.ts";
import type { Envelope } from "./envelope.ts";
import type { Reply } from "./exchange.ts";
import { toRequest } from "./request.ts";
import { type Route, routesOf } from "./route.ts";

/** Calls the services' own REST ports: found in the registry, one after the other, a node that refuses skipped. */
export class RestClient implements ProtocolClient {
  readonly protocol = "rest";
  readonly #connections = new RestConnections();
  readonly counters = new Calls(this.#connections.bytes);
  readonly #routes = new WeakMap<Exposure, readonly Route[]>();
  readonly #replicas: Replicas;
  readonly #unwatch: () => void;

  constructor(broker: ServiceBroker) {
    this.#replicas = new Replicas(broker, "rest");
    this.#unwatch = onGone(broker, "rest", (address) => this.#connections.drop(address));
  }

  call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    return this.counters.run((hold) => this.#call(operation, params, options, hold), params);
  }

  async close(): Promise<void> {
    this.#unwatch();
    this.#replicas.close();
    this.#connections.close();
  }

  /** An abort ends the exchange, which aborts the signal of the action. */
  async #call(operation: string, params: object, options: CallOptions, hold: Hold): Promise<Answer> {
    const { deadline, requestId, traceparent, signal } = options;
    const wait = { until: performance.now() + deadline, signal };
    const trace: Record<string, string> = traceparent === undefined ? {} : { traceparent };
    return this.#replicas.ask(operation, params, async (endpoint) => {
      const { node, address } = endpoint;
      const headers = { "X-Request-Id": requestId, [DEADLINE]: String(msUntil(wait.until)), ...trace };
      const request = toRequest(this.#routesOf(operation, endpoint), params as Record<string, unknown>);
      hold(Buffer.byteLength(request.body ?? ""));
      const reply = await this.#connections.exchange(address, request, headers, wait).catch((error: unknown) => {
        if (error instanceof CodedError || error instanceof NotSent) throw error;
        throw new Lost(node, "the node that had the request is gone", error);
      });
      return read(reply, node);
    });
  }

  /** Worked out once for what a node says of the operation. @throws CodedError PROTOCOL_UNAVAILABLE */
  #routesOf(operation: string, { exposure, params }: Endpoint): readonly [Route, ...Route[]] {
    let routes = this.#routes.get(exposure);
    if (routes === undefined) {
      routes = exposure.rest === undefined ? [] : routesOf(exposure.rest, params);
      this.#routes.set(exposure, routes);
    }
    const [first, ...others] = routes;
    if (first === undefined) throw new CodedError("PROTOCOL_UNAVAILABLE", `${operation} is not served over REST`);
    return [first, ...others];
  }
}

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
    const value = JSON.parse(text) as Envelope | null;
    if (typeof value?.error === "boolean") return value;
    throw new Error("what came is no envelope");
  } catch (error) {
    throw new CodedError("INTERNAL", "something went wrong on our side", { cause: error });
  }
}
