import type { ConsumeMessage } from "amqplib";
import type { CallingOptions, Logger } from "moleculer";
import { CodedError, tellFailure, toCodedError } from "../../errors/index.ts";
import { Consumer } from "../../mixins/amqp/consumer.ts";
import { KeptConnection } from "../../mixins/amqp/kept-connection.ts";
import type { Outgoing } from "../../mixins/amqp/outgoing.ts";
import { requestContext } from "../../node/request-context.ts";
import { CancellableCalls } from "../cancellable.ts";
import { identityOf, RecentAnswers } from "./recent-answers.ts";
import { addressed, failure, type Reply, success } from "./reply.ts";
import { type Asked, readParams, readProperties } from "./request.ts";
import { assertCancelQueue, assertRequestQueue, type RequestQueue } from "./topology.ts";

export interface ServedOperation {
  /** The parameter that takes the message's id when the request has none. */
  readonly idParameter?: string;
  readonly call: (params: object, options: CallingOptions) => Promise<unknown>;
}

interface AmqpServerOptions {
  readonly url: string;
  readonly name: string;
  readonly queue: RequestQueue;
  readonly node: string;
  /** The largest request, bytes. */
  readonly bodyLimit: number;
  /** The longest that a request is worked on, ms; its own expiration may be nearer. */
  readonly requestTimeout: number;
  readonly operations: ReadonlyMap<string, ServedOperation>;
  readonly logger: Logger;
}

/** Requests in hand at once; the broker gives the others to other replicas, or keeps them. As many as an action takes. */
const PREFETCH = 200;

/** Cancellations that are remembered for a request that waits in the queue. */
const EARLY = 1_000;

/**
 * Serves requests from a queue that its replicas share. A request is acknowledged when its answer is published and
 * confirmed: a node that dies with it in hand leaves it to the next. So it may be done twice, and must be idempotent.
 */
export class AmqpServer {
  readonly #options: AmqpServerOptions;
  readonly #connection: KeptConnection;
  readonly #consumer: Consumer;
  readonly #answers = new RecentAnswers();
  readonly #calls = new CancellableCalls(EARLY);

  constructor(options: AmqpServerOptions) {
    this.#options = options;
    const { url, name, logger, queue } = options;
    this.#consumer = new Consumer({
      queue: queue.name,
      prefetch: PREFETCH,
      handle: (message) => this.answer(message),
      // A full reply queue is the caller's; to do the request again and again would not empty it.
      onRefused: ({ routingKey }) => logger.warn(`${queue.name}: the broker refused an answer to ${routingKey}`),
    });
    this.#connection = new KeptConnection({
      url,
      name,
      logger,
      setUp: async (channel, startOver) => {
        await assertRequestQueue(channel, queue);
        const cancel = (message: ConsumeMessage | null) =>
          message === null ? startOver() : this.#calls.cancel(message.properties.messageId);
        await channel.consume(await assertCancelQueue(channel, queue.name), cancel, { noAck: true });
        await this.#consumer.attach(channel, startOver);
      },
      lost: () => this.#consumer.detach(),
    });
  }

  get inHand(): number {
    return this.#consumer.inHand;
  }

  /** Returns at once; while the broker is away it is tried for in the background. */
  open(): Promise<void> {
    return this.#connection.open();
  }

  /** Takes no more, resolves when what is in hand is answered. */
  drain(): Promise<void> {
    return this.#consumer.drain();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Never rejects. @returns undefined when the request wants no reply */
  async answer(message: ConsumeMessage): Promise<Outgoing | undefined> {
    const asked = readProperties(message);
    const { requestId, trace } = asked;
    const reply = await requestContext.run({ requestId, trace, protocol: "amqp" }, () =>
      this.#answers.once(message, () => this.#work(asked, message)),
    );
    return addressed(reply, message);
  }

  async #work(asked: Asked, message: ConsumeMessage): Promise<Reply> {
    const { node } = this.#options;
    const { requestId } = asked;
    const begun = performance.now();
    const served = () => ({ node, requestId, took: performance.now() - begun });
    try {
      const value = await this.#calls.run(asked.id, (signal) => this.#call(asked, message, signal));
      return success(value, served());
    } catch (error) {
      const coded = toCodedError(error);
      this.#tell(asked, coded);
      return failure(coded, served());
    }
  }

  async #call(asked: Asked, message: ConsumeMessage, signal: AbortSignal): Promise<unknown> {
    const { operation, requestId, id, deadline } = asked;
    const { bodyLimit, requestTimeout } = this.#options;
    const { idParameter, call } = this.#find(operation);
    const params = readParams(message.content, bodyLimit);
    if (idParameter !== undefined && id !== undefined) params[idParameter] ??= id;
    const timeout = Math.min(deadline ?? requestTimeout, requestTimeout);
    // A hash of the whole body, which few actions ask for.
    const callId = () => identityOf(message);
    return call(params, { requestID: requestId, timeout, signal, callId });
  }

  /** @throws CodedError VALIDATION_FAILED, UNKNOWN_ACTION */
  #find(operation: string | undefined): ServedOperation {
    const { operations, queue } = this.#options;
    if (operation === undefined) {
      const [example] = operations.keys();
      throw new CodedError("VALIDATION_FAILED", `the property "type" must name the operation, such as "${example}"`);
    }
    const found = operations.get(operation);
    if (found === undefined) {
      throw new CodedError("UNKNOWN_ACTION", `${queue.name} has no operation ${JSON.stringify(operation)}`);
    }
    return found;
  }

  #tell({ operation = "a request without type" }: Asked, error: CodedError): void {
    const { logger, queue } = this.#options;
    tellFailure(logger, `${queue.name} ${JSON.stringify(operation)}`, error);
  }
}
