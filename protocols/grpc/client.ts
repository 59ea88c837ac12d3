import { type ClientWritableStream, Metadata, type ServiceError } from "@grpc/grpc-js";
import type { ServiceBroker } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { nodeOf } from "../../node/node-context.ts";
import { SocketBytes } from "../../node/socket-bytes.ts";
import { Calls } from "../calls.ts";
import type { Answer, CallOptions, ProtocolClient } from "../client.ts";
import { addressesOf, type Endpoint, endpointsOf } from "../endpoints.ts";
import type { Exposure } from "../exposure.ts";
import { answering } from "./answering.ts";
import { Channels } from "./channels.ts";
import { channelCredentials } from "./credentials.ts";
import type { Message } from "./definitions.ts";
import { type Mapping, mappingsOf, requestFor } from "./mapping.ts";
import { key, text } from "./metadata.ts";
import { fromStatus, wasNotSent } from "./status.ts";

interface Target {
  readonly node: string;
  readonly address: string;
  readonly mapping: Mapping;
}

/** Calls the services' gRPC ports: found in the registry, one after the other, a node that refuses skipped. */
export class GrpcClient implements ProtocolClient {
  readonly protocol = "grpc";
  readonly #bytes = new SocketBytes();
  readonly counters = new Calls(this.#bytes);
  readonly #broker: ServiceBroker;
  readonly #channels: Channels;
  readonly #mappings = new WeakMap<Exposure, readonly Mapping[]>();
  readonly #changed = () => this.#channels.keepOnly(addressesOf(this.#broker, "grpc"));
  #turn = 0;

  /** @param channels connections to each node */
  constructor(broker: ServiceBroker, channels = 1) {
    this.#broker = broker;
    this.#channels = new Channels(channels, () => channelCredentials(nodeOf(broker).config), this.#bytes);
    for (const event of registryEvents) broker.localBus.on(event, this.#changed);
  }

  call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    return this.counters.run(async () => {
      const targets = this.#inTurn(operation, false);
      return this.#first(targets, (target, deadline) => this.#unary(target, params, options, deadline), options);
    }, params);
  }

  /**
   * One stream with each of these parameters as a message, counted as one call; the operation must be exposed as a stream of requests.
   * @returns the count of those that were done as `value`
   * @throws CodedError the first one's that failed; `data.message` tells which
   */
  stream(operation: string, each: Iterable<object> | AsyncIterable<object>, options: CallOptions): Promise<Answer> {
    return this.counters.run(async () => {
      // What was taken from `each` cannot be taken again for another node.
      const [target] = this.#inTurn(operation, true);
      if (target === undefined) throw notServed(operation);
      return this.#first([target], (_, deadline) => this.#clientStream(target, each, options, deadline), options);
    });
  }

  async close(): Promise<void> {
    for (const event of registryEvents) this.#broker.localBus.off(event, this.#changed);
    this.#channels.keepOnly(new Set());
  }

  /** The next node only where this one surely has nothing of the request. */
  async #first(
    targets: readonly Target[],
    ask: (target: Target, deadline: number) => Promise<Answer>,
    options: CallOptions,
  ): Promise<Answer> {
    const deadline = Date.now() + options.deadline;
    let away: unknown;
    for (const target of targets) {
      try {
        return await ask(target, deadline);
      } catch (error) {
        away = error;
        if (isServiceError(error) && wasNotSent(error)) continue;
        throw this.#failure(error, target, options);
      }
    }
    throw new CodedError("SERVICE_UNAVAILABLE", "no node answers for this operation now", { cause: away });
  }

  #failure(error: unknown, { node }: Target, { signal }: CallOptions): unknown {
    if (!isServiceError(error)) return error;
    const coded = fromStatus(error, signal?.aborted === true);
    coded.nodeID = text(error.metadata, key.node) ?? node;
    return coded;
  }

  #unary({ node, address, mapping }: Target, params: object, options: CallOptions, deadline: number): Promise<Answer> {
    const { definition } = mapping.of;
    const request = requestFor(mapping, params);
    return new Promise((resolve, reject) => {
      const answer = answering(node, mapping, resolve, reject);
      const call = this.#channels
        .to(address)
        .makeUnaryRequest(
          definition.path,
          definition.requestSerialize,
          definition.responseDeserialize,
          request,
          metadataFor(options),
          { deadline },
          answer.end,
        );
      answer.of(call, options.signal);
    });
  }

  #clientStream(
    { node, address, mapping }: Target,
    each: Iterable<object> | AsyncIterable<object>,
    options: CallOptions,
    deadline: number,
  ): Promise<Answer> {
    const { definition } = mapping.of;
    return new Promise((resolve, reject) => {
      const answer = answering(node, mapping, resolve, reject);
      const call = this.#channels
        .to(address)
        .makeClientStreamRequest(
          definition.path,
          definition.requestSerialize,
          definition.responseDeserialize,
          metadataFor(options),
          { deadline },
          answer.end,
        );
      answer.of(call, options.signal);
      this.#writeAll(call, mapping, each).catch((error: unknown) => {
        call.cancel();
        reject(error);
      });
    });
  }

  /** As fast as they are taken at the other end. */
  async #writeAll(
    call: ClientWritableStream<Message>,
    mapping: Mapping,
    each: Iterable<object> | AsyncIterable<object>,
  ): Promise<void> {
    let over = false;
    let proceed = () => {};
    call.on("drain", () => proceed());
    call.once("status", () => {
      over = true;
      proceed();
    });
    for await (const params of each) {
      if (over) return;
      if (!call.write(requestFor(mapping, params))) {
        await new Promise<void>((resolve) => {
          proceed = resolve;
          if (over) resolve();
        });
      }
    }
    call.end();
  }

  /** @throws CodedError SERVICE_UNAVAILABLE, PROTOCOL_UNAVAILABLE */
  #inTurn(operation: string, streamed: boolean): Target[] {
    const endpoints = endpointsOf(this.#broker, "grpc", operation);
    if (endpoints === undefined) throw new CodedError("SERVICE_UNAVAILABLE", "no node offers this operation now");
    const targets = endpoints.flatMap((endpoint) => {
      const mapping = this.#mappingOf(operation, endpoint, streamed);
      return mapping === undefined ? [] : [{ node: endpoint.node, address: endpoint.address, mapping }];
    });
    if (targets.length === 0) throw notServed(operation);
    const first = this.#turn++ % targets.length;
    return [...targets.slice(first), ...targets.slice(0, first)];
  }

  /** Worked out once for what a node says of the operation. */
  #mappingOf(operation: string, { exposure }: Endpoint, streamed: boolean): Mapping | undefined {
    let mappings = this.#mappings.get(exposure);
    if (mappings === undefined) {
      mappings = mappingsOf(operation, exposure);
      this.#mappings.set(exposure, mappings);
    }
    return mappings.find(
      ({ of: { definition } }) => definition.requestStream === streamed && !definition.responseStream,
    );
  }
}

/** When nodes come, change and go. */
const registryEvents = ["$node.updated", "$node.disconnected"];

const notServed = (operation: string): CodedError =>
  new CodedError("PROTOCOL_UNAVAILABLE", `${operation} is not served over gRPC`);

function metadataFor({ requestId, traceparent }: CallOptions): Metadata {
  const metadata = new Metadata();
  metadata.set(key.requestId, requestId);
  if (traceparent !== undefined) metadata.set(key.traceparent, traceparent);
  return metadata;
}

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && "metadata" in error && "details" in error;
