import type { ServiceBroker } from "moleculer";
import { CodedError } from "../errors/index.ts";
import type { Answer } from "./client.ts";
import { type Endpoint, endpointsOf, exposuresOf } from "./endpoints.ts";
import type { Exposure } from "./exposure.ts";

/** A protocol that has addresses of its own: its key in an exposure, and how an error calls it. */
const known = {
  rest: { key: "rest", name: "REST" },
  "json-rpc": { key: "jsonRpc", name: "JSON-RPC" },
  grpc: { key: "grpc", name: "gRPC" },
  amqp: { key: "amqp", name: "AMQP" },
} as const;

/** Nothing of the request has left: any node may have it. `cause` says why. */
export class NotSent extends Error {}

/** The node or the connection to it is gone, and the request with it: whether it was done nobody can say. */
export class Lost extends CodedError {
  constructor(node: string, why: string, cause?: unknown) {
    super("SERVICE_UNAVAILABLE", why, { cause });
    this.nodeID = node;
  }
}

/** The nodes that serve operations over one protocol, as the registry has them now; each call begins with the next. */
export class Replicas {
  readonly #broker: ServiceBroker;
  readonly #protocol: keyof typeof known;
  /** By operation: two that are called in turn would else meet the same replicas each time. */
  readonly #turns = new Map<string, number>();
  #closed = false;

  constructor(broker: ServiceBroker, protocol: keyof typeof known) {
    this.#broker = broker;
    this.#protocol = protocol;
  }

  /**
   * Asks one node; the next when this one got nothing of the request, or when it is gone with it and the operation may be
   * done twice. Where there is no other, the same is asked once more.
   * @param ask throws NotSent, Lost, or what the caller is to hear
   */
  async ask(operation: string, params: object, ask: (endpoint: Endpoint) => Promise<Answer>): Promise<Answer> {
    const endpoints = this.inTurn(operation);
    let lost: Lost | undefined;
    let away: unknown;
    for (let asked = 0; asked < Math.max(endpoints.length, 2); asked++) {
      const endpoint = endpoints[asked % endpoints.length] as Endpoint;
      if (this.#closed) throw lost ?? closed();
      try {
        return await ask(endpoint);
      } catch (error) {
        if (error instanceof NotSent) away = error.cause;
        else if (error instanceof Lost && mayBeRepeated(endpoint.exposure, params)) lost = error;
        else throw error;
      }
    }
    throw lost ?? noneAnswers(away);
  }

  /** With the client that asks: no node is asked any more, also not by a call that is in hand. */
  close(): void {
    this.#closed = true;
  }

  /** @throws CodedError SERVICE_UNAVAILABLE, PROTOCOL_UNAVAILABLE */
  inTurn(operation: string): [Endpoint, ...Endpoint[]] {
    if (this.#closed) throw closed();
    const { key } = known[this.#protocol];
    const endpoints = endpointsOf(this.#broker, this.#protocol, operation).filter(
      ({ exposure }) => exposure[key] !== undefined,
    );
    const turn = this.#turns.get(operation) ?? 0;
    const first = endpoints[turn % endpoints.length];
    if (first === undefined) throw this.#notServed(operation);
    if (endpoints.length === 1) return [first];
    this.#turns.set(operation, turn + 1);
    const place = endpoints.indexOf(first);
    return [first, ...endpoints.slice(place + 1), ...endpoints.slice(0, place)];
  }

  /** A node that starts or leaves has the operation and no address for it. */
  #notServed(operation: string): CodedError {
    const { key, name } = known[this.#protocol];
    const exposures = exposuresOf(this.#broker, operation);
    if (exposures.length === 0 || exposures.some((exposure) => exposure[key] !== undefined)) {
      return unavailable("no node offers this operation now");
    }
    return new CodedError("PROTOCOL_UNAVAILABLE", `${operation} is not served over ${name}`);
  }
}

/** @param away why the last that was asked got nothing of it */
export const noneAnswers = (away: unknown): CodedError => unavailable("no node answers for this operation now", away);
const closed = () => unavailable("the client was closed");
const unavailable = (message: string, cause?: unknown) => new CodedError("SERVICE_UNAVAILABLE", message, { cause });

/** As `Exposure.idempotent` says. */
function mayBeRepeated({ idempotent, rest, amqp }: Exposure, params: object): boolean {
  if (idempotent === true || [rest?.route ?? []].flat().some((route) => /^(GET|PUT) /.test(route))) return true;
  return typeof amqp === "object" && (params as Record<string, unknown>)[amqp.messageId] !== undefined;
}
