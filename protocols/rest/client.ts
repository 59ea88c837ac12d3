import type { ServiceBroker } from "moleculer";
import { isCode } from "../../errors/codes.ts";
import { CodedError, toCodedError } from "../../errors/index.ts";
import { Calls } from "../calls.ts";
import type { Answer, CallOptions, ProtocolClient } from "../client.ts";
import { type Endpoint, endpointsOf } from "../endpoints.ts";
import { type Reply, RestConnections } from "./connections.ts";
import type { Envelope } from "./envelope.ts";

/** Calls the services' own REST ports: found in the registry, one after the other, a node that refuses skipped. */
export class RestClient implements ProtocolClient {
  readonly protocol = "rest";
  readonly #broker: ServiceBroker;
  readonly #connections = new RestConnections();
  readonly counters = new Calls(this.#connections.bytes);
  #turn = 0;

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
  }

  call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    return this.counters.run(() => this.#call(operation, params, options));
  }

  async close(): Promise<void> {
    this.#connections.close();
  }

  async #call(operation: string, params: object, { deadline, requestId }: CallOptions): Promise<Answer> {
    const signal = AbortSignal.timeout(deadline);
    const body = JSON.stringify(params);
    let away: unknown;
    for (const { node, address, path } of this.#inTurn(operation)) {
      try {
        const reply = await this.#connections.post(new URL(path, address), body, requestId, signal);
        return read(reply, node);
      } catch (error) {
        if (error instanceof CodedError) throw error;
        if (signal.aborted) throw new CodedError("TIMEOUT", "the operation did not answer in time", { cause: error });
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
    const targets = endpoints.flatMap(target);
    if (targets.length === 0) throw new CodedError("PROTOCOL_UNAVAILABLE", `${operation} is not served over REST`);
    const first = this.#turn++ % targets.length;
    return [...targets.slice(first), ...targets.slice(0, first)];
  }
}

interface Target {
  readonly node: string;
  readonly address: string;
  readonly path: string;
}

function target({ node, address, exposure }: Endpoint): Target[] {
  const [method, path] = ([exposure.rest?.route ?? ""].flat()[0] ?? "").split(" ");
  return method === "POST" && path !== undefined ? [{ node, address, path }] : [];
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
