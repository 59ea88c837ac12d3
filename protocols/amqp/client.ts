import { randomUUID } from "node:crypto";
import type { ConfirmChannel } from "amqplib";
import type { ServiceBroker } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { KeptConnection } from "../../mixins/amqp/kept-connection.ts";
import { isRefusal } from "../../mixins/amqp/outgoing.ts";
import { nodeOf } from "../../node/node-context.ts";
import { Calls, type Hold } from "../calls.ts";
import { cancelled } from "../cancellable.ts";
import type { Answer, CallOptions, ProtocolClient } from "../client.ts";
import { Replicas } from "../replicas.ts";
import { checkBodySize } from "../request-body.ts";
import { PendingCalls } from "./pending.ts";
import { requestOptions } from "./request.ts";
import { cancelExchange, cancelKey, directReplyTo } from "./topology.ts";

interface Request {
  readonly queue: string;
  readonly operation: string;
  readonly content: Buffer;
  readonly options: CallOptions;
  readonly isAnswered: boolean;
}

/**
 * Calls operations by the queues of their services; the answers come by direct reply-to. One kept connection. The broker
 * shares the calls among the replicas, the registry tells whether there is one. Nothing is sent twice: a lost connection
 * fails the calls in flight with SERVICE_UNAVAILABLE, and whether they were done nobody can say.
 */
export class AmqpClient implements ProtocolClient {
  readonly protocol = "amqp";
  readonly counters: Calls;
  readonly #replicas: Replicas;
  readonly #connection: KeptConnection;
  readonly #pending = new PendingCalls();
  readonly #bodyLimit: number;
  /** Message ids are this and a number: unique among all clients. */
  readonly #id = randomUUID();
  #opening?: Promise<void>;
  #channel?: ConfirmChannel;

  constructor(broker: ServiceBroker) {
    this.#replicas = new Replicas(broker, "amqp");
    this.#bodyLimit = nodeOf(broker).config.bodyLimit;
    this.#connection = new KeptConnection({
      url: nodeOf(broker).config.rabbitUrl,
      name: `${broker.metadata.node} calls`,
      logger: broker.getLogger("amqp"),
      setUp: (channel, startOver) => this.#setUp(channel, startOver),
      lost: () => {
        this.#channel = undefined;
        this.#pending.failAll(() => away("the connection was lost before the answer came"));
      },
    });
    this.counters = new Calls(this.#connection.bytes);
    nodeOf(broker).lifecycle.onOpen(() => this.open());
  }

  /** Begins to connect, and returns. For a client made after its node has opened, the first call does it. */
  open(): Promise<void> {
    this.#opening ??= this.#connection.open();
    return this.#opening;
  }

  /** An abort ends the wait and, by a message to every node that serves the queue, the work; so does the time that is up. */
  call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    return this.counters.run((hold) => this.#call(operation, params, options, hold, true), params);
  }

  /**
   * Asks for no answer: the value is null as soon as the broker has the request, which a node does when it comes to it, until
   * the deadline.
   */
  publish(operation: string, params: object, options: CallOptions): Promise<Answer> {
    return this.counters.run((hold) => this.#call(operation, params, options, hold, false), params);
  }

  async close(): Promise<void> {
    this.#replicas.close();
    this.#channel = undefined;
    this.#pending.failAll(() => away("the client was closed"));
    await this.#connection.close();
  }

  async #call(
    operation: string,
    params: object,
    options: CallOptions,
    hold: Hold,
    isAnswered: boolean,
  ): Promise<Answer> {
    const { deadline, signal } = options;
    let giveUp = () => {};
    try {
      const [{ address: queue }] = this.#replicas.inTurn(operation);
      const content = Buffer.from(JSON.stringify(params));
      checkBodySize(content.length, this.#bodyLimit);
      hold(content.length);
      const send = (id: string) => {
        giveUp = () => {
          this.#pending.fail(id, cancelled());
          this.#cancel(queue, id);
        };
        if (signal?.aborted) return this.#pending.fail(id, cancelled());
        signal?.addEventListener("abort", giveUp, { once: true });
        this.#send(id, { queue, operation, content, options, isAnswered }).catch((error) =>
          this.#pending.fail(id, error),
        );
      };
      return await this.#pending.add(deadline, send, (id) => this.#cancel(queue, id));
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  async #setUp(channel: ConfirmChannel, startOver: () => void): Promise<void> {
    channel.on("return", ({ properties }) =>
      this.#pending.fail(properties.correlationId, unavailable("no node takes requests for this operation now")),
    );
    const take = (message: Parameters<PendingCalls["answer"]>[0] | null) =>
      message === null ? startOver() : this.#pending.answer(message);
    await channel.consume(directReplyTo, take, { noAck: true });
    this.#channel = channel;
  }

  /** @throws CodedError SERVICE_UNAVAILABLE when it was surely not sent */
  async #send(correlationId: string, { queue, operation, content, options, isAnswered }: Request): Promise<void> {
    const begun = performance.now();
    const channel = this.#channel ?? (await this.#firstChannel());
    if (this.#connection.trouble !== undefined) throw away(this.#connection.trouble);
    if (!this.#pending.has(correlationId)) return;
    const deadline = options.deadline - (performance.now() - begun);
    const ids = { correlationId, messageId: this.#messageId(correlationId) };
    try {
      const properties = requestOptions(operation, { ...options, deadline }, ids);
      const sent = isAnswered ? properties : { ...properties, replyTo: undefined };
      channel.publish("", queue, content, sent, (error) => {
        if (!error && !isAnswered) this.#pending.taken(correlationId);
        if (error) this.#pending.fail(correlationId, isRefusal(error) ? overloaded(queue) : away(error.message));
      });
    } catch (error) {
      throw away("the connection is closing", error);
    }
  }

  /** Whoever has the request stops. It may be lost with the connection, which costs the work that nobody waits for. */
  #cancel(queue: string, correlationId: string): void {
    try {
      const messageId = this.#messageId(correlationId);
      this.#channel?.publish(cancelExchange, cancelKey(queue), Buffer.alloc(0), { messageId });
    } catch {
      // The channel is closing.
    }
  }

  #messageId(correlationId: string): string {
    return `${this.#id}-${correlationId}`;
  }

  /** Waits for the first try to connect only: later on a broker that is away is said at once. */
  async #firstChannel(): Promise<ConfirmChannel> {
    await this.open();
    await this.#connection.tried;
    if (this.#channel === undefined) throw away(this.#connection.trouble ?? "not connected");
    return this.#channel;
  }
}

const unavailable = (message: string, cause?: unknown) => new CodedError("SERVICE_UNAVAILABLE", message, { cause });
const away = (why: string, cause?: unknown) => unavailable(`the message broker is away: ${why}`, cause);
const overloaded = (queue: string) => new CodedError("OVERLOADED", `${queue} is full, try again`);
