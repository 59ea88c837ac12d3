import type { ConfirmChannel } from "amqplib";
import type { Logger } from "moleculer";
import { endWith, type Tracer, traceparentBelow } from "../../node/tracing/tracer.ts";
import { Consumer, type ConsumerOptions } from "../amqp/consumer.ts";
import { KeptConnection } from "../amqp/kept-connection.ts";
import { type Event, toMessage } from "./event.ts";
import { Publisher } from "./publisher.ts";
import { assertEvents, assertFailures, exchange } from "./topology.ts";

export interface EventConsumer extends ConsumerOptions {
  /** The waits between tries that its retry queues give, ms. */
  readonly retryDelays: readonly number[];
}

interface EventQueueOptions {
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  readonly logger: Logger;
  readonly consume?: EventConsumer;
  readonly tracer?: Tracer;
}

/** The longest wait for confirms at shutdown, ms. */
const SETTLE_LIMIT = 2_000;

/** Publishes events with confirms, and consumes when asked to, over one kept connection. */
export class EventQueue {
  readonly #publisher = new Publisher();
  readonly #consumer?: Consumer;
  readonly #connection: KeptConnection;
  readonly #tracer?: Tracer;

  constructor({ url, name, logger, consume, tracer }: EventQueueOptions) {
    this.#tracer = tracer;
    if (consume !== undefined) this.#consumer = new Consumer(consume);
    this.#connection = new KeptConnection({
      url,
      name,
      logger,
      setUp: async (channel, startOver) => {
        await assertEvents(channel);
        if (this.#consumer !== undefined && consume !== undefined) {
          await assertFailures(channel, consume.retryDelays);
          await this.#consumer.attach(channel, startOver);
        }
        this.#publisher.attach(channel);
      },
      lost: () => {
        this.#publisher.detach();
        this.#consumer?.detach();
      },
    });
  }

  /** Returns at once; the connection is tried for, and tried for again, in the background. */
  open(): Promise<void> {
    return this.#connection.open();
  }

  /** Events that wait for the broker or its confirm, and those taken and not yet done. */
  get depth(): { pending: number; inHand: number } {
    return { pending: this.#publisher.pending, inHand: this.#consumer?.inHand ?? 0 };
  }

  check(): void {
    this.#connection.check();
  }

  /** Resolves when the broker has the event. @throws CodedError OVERLOADED, DEPENDENCY_UNAVAILABLE */
  publish(event: Event): Promise<void> {
    const span = this.#tracer?.begin({
      name: `publish ${exchange}`,
      kind: "producer",
      attributes: { protocol: "amqp" },
    });
    return endWith(span, this.#publisher.publish(toMessage(event, exchange, traceparentBelow(span))));
  }

  /** Messages that wait in these queues, all together. @throws CodedError DEPENDENCY_UNAVAILABLE */
  waitingIn(queues: readonly string[]): Promise<number> {
    return this.withChannel(async (channel) => {
      let waiting = 0;
      for (const queue of queues) waiting += (await channel.checkQueue(queue)).messageCount;
      return waiting;
    });
  }

  /** As `KeptConnection` has it. @throws CodedError DEPENDENCY_UNAVAILABLE */
  withChannel<T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    return this.#connection.withChannel(work);
  }

  async drain(): Promise<void> {
    await this.#consumer?.drain();
    await this.#publisher.settle(SETTLE_LIMIT);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
