import { type ChannelModel, type ConfirmChannel, connect, type RecoveringChannelModel } from "amqplib";
import type { Logger } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { Consumer, type ConsumerOptions } from "./consumer.ts";
import { type Event, toMessage } from "./event.ts";
import { Publisher } from "./publisher.ts";
import { assertEvents, assertFailures, exchange } from "./topology.ts";

interface EventQueueOptions {
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  readonly logger: Logger;
  readonly consume?: ConsumerOptions;
}

/** The longest wait for confirms at shutdown, ms. */
const SETTLE_LIMIT = 2_000;

/** One kept connection to the message broker: publishes events with confirms, and consumes when asked to. */
export class EventQueue {
  readonly #options: EventQueueOptions;
  readonly #publisher = new Publisher();
  readonly #consumer?: Consumer;
  #connection?: RecoveringChannelModel;
  #state = "not connected yet";

  constructor(options: EventQueueOptions) {
    this.#options = options;
    if (options.consume !== undefined) this.#consumer = new Consumer(options.consume);
  }

  /** Returns at once; the connection is tried for, and tried for again, in the background. */
  async open(): Promise<void> {
    const { logger, name, url } = this.#options;
    const connection = await connect(url, {
      noDelay: true,
      timeout: 5_000,
      clientProperties: { connection_name: name },
      recovery: {
        waitForConnect: false,
        initialDelay: 200,
        maxDelay: 5_000,
        setup: (model: ChannelModel) => this.#setUp(model),
      },
    } as Parameters<typeof connect>[1] & { recovery: object });
    this.#connection = connection as unknown as RecoveringChannelModel;
    this.#connection
      .on("connect", () => logger.info("Message broker: connected"))
      .on("disconnect", (error: Error) => this.#lost(error))
      .on("blocked", (why: string) => {
        this.#state = `it takes no messages for now: ${why}`;
        logger.warn(`Message broker: ${this.#state}`);
      })
      .on("unblocked", () => {
        this.#state = "";
      })
      .on("reconnect-scheduled", ({ attempt, delay, error }: { attempt: number; delay: number; error: Error }) => {
        this.#state = reason(error);
        logger.warn(`Message broker: ${this.#state}; attempt ${attempt + 1} in ${delay} ms`);
      })
      .on("error", (error: Error) => logger.debug("Message broker:", error.message));
  }

  /** Events that wait for the broker or its confirm, and those taken and not yet done. */
  get depth(): { pending: number; inHand: number } {
    return { pending: this.#publisher.pending, inHand: this.#consumer?.inHand ?? 0 };
  }

  check(): void {
    if (this.#state !== "") throw new Error(this.#state);
  }

  /** Resolves when the broker has the event. @throws CodedError OVERLOADED, DEPENDENCY_UNAVAILABLE */
  publish(event: Event): Promise<void> {
    return this.#publisher.publish(toMessage(event, exchange));
  }

  /**
   * A channel for one piece of work; what it took and did not acknowledge returns to its queue.
   * @throws CodedError DEPENDENCY_UNAVAILABLE while the broker is away, or when it left meanwhile
   */
  async withChannel<T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    if (this.#connection === undefined || this.#state !== "") throw away(this.#state);
    const channel = await this.#connection.createConfirmChannel();
    channel.on("error", () => {}); // The work meets it too.
    try {
      return await work(channel);
    } catch (error) {
      throw error instanceof CodedError ? error : away(error instanceof Error ? error.message : "", error);
    } finally {
      await channel.close().catch(() => undefined); // It may be gone, and its messages back.
    }
  }

  async drain(): Promise<void> {
    await this.#consumer?.drain();
    await this.#publisher.settle(SETTLE_LIMIT);
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #setUp(model: ChannelModel): Promise<void> {
    model.on("error", () => {}); // Told as "disconnect"; without a listener it would end the process.
    const channel = await model.createConfirmChannel();
    // A channel that the broker closed takes the connection with it, so that both come back together.
    const startOver = () => void model.close().catch(() => {});
    channel.on("error", (error: Error) => this.#options.logger.warn(`Message broker: ${error.message}`));
    channel.on("close", startOver);
    await assertEvents(channel);
    const { consume } = this.#options;
    if (this.#consumer !== undefined && consume !== undefined) {
      await assertFailures(channel, consume.retryDelays);
      await this.#consumer.attach(channel, startOver);
    }
    this.#state = "";
    this.#publisher.attach(channel);
  }

  #lost(error: Error): void {
    this.#state = reason(error);
    this.#publisher.detach();
    this.#consumer?.detach();
  }
}

const reason = (error: Error & { code?: string }): string => error.message || error.code || error.name;

const away = (why: string, cause?: unknown): CodedError =>
  new CodedError("DEPENDENCY_UNAVAILABLE", `the message broker is away: ${why}`, { cause });
