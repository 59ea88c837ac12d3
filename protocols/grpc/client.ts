import { type ClientWritableStream, Metadata, type ServiceError } from "@grpc/grpc-js";
import type { ServiceBroker } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { nodeOf } from "../../node/node-context.ts";
import { SocketBytes } from "../../node/socket-bytes.ts";
import { Calls, type Hold } from "../calls.ts";
import type { Answer, CallOptions, ProtocolClient } from "../client.ts";
import { addressesOf, type Endpoint, onGone } from "../endpoints.ts";
import type { Exposure } from "../exposure.ts";
import { Lost, NotSent, noneAnswers, Replicas } from "../replicas.ts";
import { answering } from "./answering.ts";
import { Channels } from "./channels.ts";
import { channelCredentials } from "./credentials.ts";
import type { Message } from "./definitions.ts";
import { type Mapping, mappingsOf, requestFor } from "./mapping.ts";
import { key, text } from "./metadata.ts";
import { fromStatus, wasLost, wasNotSent } from "./status.ts";

/** Calls the services' gRPC ports: found in the registry, one after the other, a node that refuses skipped. */
export class GrpcClient implements ProtocolClient {
  readonly protocol = "grpc";
  readonly #bytes = new SocketBytes();
  readonly counters = new Calls(this.#bytes);
  readonly #broker: ServiceBroker;
  readonly #channels: Channels;
  readonly #mappings = new WeakMap<Exposure, readonly Mapping[]>();
  readonly #changed = () => this.#channels.keepOnly(addressesOf(this.#broker, "grpc"));
  readonly #replicas: Replicas;
  readonly #unwatch: () => void;

  /** @param channels connections to each node. @throws ConfigError when what it would show cannot be used */
  constructor(broker: ServiceBroker, channels = 1) {
    this.#broker = broker;
    this.#replicas = new Replicas(broker, "grpc");
    this.#channels = new Channels(channels, channelCredentials(nodeOf(broker).config), this.#bytes);
    // Before the channels to it are closed.
    this.#unwatch = onGone(broker, "grpc", (address) => this.#channels.drop(address));
    for (const event of registryEvents) broker.localBus.on(event, this.#changed);
  }

  call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    const deadline = Date.now() + options.deadline;
    const ask = (hold: Hold) => (endpoint: Endpoint) =>
      this.#answered(endpoint, options, this.#unary(operation, endpoint, params, options, deadline, hold));
    return this.counters.run((hold) => this.#replicas.ask(operation, params, ask(hold)), params);
  }

  /**
   * One stream with each of these parameters as a message, counted as one call; the operation must be exposed as a stream of requests.
   * @returns the count of those that were done as `value`
   * @throws CodedError the first one's that failed; `data.message` tells which; SERVICE_UNAVAILABLE when nothing was sent
   */
  stream(operation: string, each: Iterable<object> | AsyncIterable<object>, options: CallOptions): Promise<Answer> {
    return this.counters.run(async () => {
      // What was taken from `each` cannot be taken again for another node.
      const [endpoint] = this.#replicas.inTurn(operation);
      try {
        return await this.#answered(endpoint, options, this.#clientStream(operation, endpoint, each, options));
      } catch (error) {
        throw error instanceof NotSent ? noneAnswers(error.cause) : error;
      }
    });
  }

  async close(): Promise<void> {
    this.#replicas.close();
    this.#unwatch();
    for (const event of registryEvents) this.#broker.localBus.off(event, this.#changed);
    this.#channels.keepOnly(new Set());
  }

  async #answered({ node }: Endpoint, { signal }: CallOptions, answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      if (!isServiceError(error)) throw error;
      if (wasNotSent(error)) throw new NotSent("not sent", { cause: error });
      if (wasLost(error) && !signal?.aborted) throw new Lost(node, "the node that had the request is gone", error);
      const coded = fromStatus(error);
      coded.nodeID = text(error.metadata, key.node) ?? node;
      throw coded;
    }
  }

  async #unary(
    operation: string,
    endpoint: Endpoint,
    params: object,
    options: CallOptions,
    deadline: number,
    hold: Hold,
  ): Promise<Answer> {
    const { node, address } = endpoint;
    const mapping = this.#mappingOf(operation, endpoint, false);
    const { definition } = mapping.of;
    const request = definition.requestSerialize(requestFor(mapping, params));
    hold(request.length);
    return new Promise((resolve, reject) => {
      const answer = answering(node, mapping, resolve, reject);
      const call = this.#channels
        .to(address)
        .makeUnaryRequest(
          definition.path,
          asItIs,
          definition.responseDeserialize,
          request,
          metadataFor(options),
          { deadline },
          answer.end,
        );
      answer.of(call, this.#channels.hold(address, call), options.signal);
    });
  }

  async #clientStream(
    operation: string,
    endpoint: Endpoint,
    each: Iterable<object> | AsyncIterable<object>,
    options: CallOptions,
  ): Promise<Answer> {
    const { node, address } = endpoint;
    const deadline = Date.now() + options.deadline;
    const mapping = this.#mappingOf(operation, endpoint, true);
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
      answer.of(call, this.#channels.hold(address, call), options.signal);
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

  /** Worked out once for what a node says of the operation. @throws CodedError PROTOCOL_UNAVAILABLE */
  #mappingOf(operation: string, { exposure }: Endpoint, streamed: boolean): Mapping {
    let mappings = this.#mappings.get(exposure);
    if (mappings === undefined) {
      mappings = mappingsOf(operation, exposure);
      this.#mappings.set(exposure, mappings);
    }
    const found = mappings.find(
      ({ of: { definition } }) => definition.requestStream === streamed && !definition.responseStream,
    );
    if (found === undefined) throw new CodedError("PROTOCOL_UNAVAILABLE", `${operation} is not served over gRPC`);
    return found;
  }
}

const asItIs = (bytes: Buffer): Buffer => bytes;

/** When nodes come, change and go. */
const registryEvents = ["$node.updated", "$node.disconnected"];

function metadataFor({ requestId, traceparent }: CallOptions): Metadata {
  const metadata = new Metadata();
  metadata.set(key.requestId, requestId);
  if (traceparent !== undefined) metadata.set(key.traceparent, traceparent);
  return metadata;
}

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && "metadata" in error && "details" in error;
