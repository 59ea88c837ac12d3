import { setTimeout as delay } from "node:timers/promises";
import type { ConfirmChannel, ConsumeMessage } from "amqplib";
import { isRefusal, type Outgoing, publishConfirmed } from "./outgoing.ts";

export interface ConsumerOptions {
  readonly queue: string;
  /** Unacknowledged messages in hand at once. */
  readonly prefetch: number;
  /**
   * Resolves when the work is done: then the message is acknowledged. What it resolves to (a reply, a retry, a dead letter)
   * is published and confirmed first. Rejects to have the message back.
   */
  readonly handle: (message: ConsumeMessage) => Promise<Outgoing | undefined>;
  /** Told that the broker refused what was to be published; the work is done all the same. Without it, the message comes back. */
  readonly onRefused?: (refused: Outgoing) => void;
}

/** How long a message stays in hand that goes back to the queue, ms: without it, it would come again at once, and again. */
const PAUSE = 1_000;

/** Takes messages from one queue and acknowledges each when its work is done. */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #inHand = new Set<Promise<void>>();
  #channel?: ConfirmChannel;
  #tag?: string;

  constructor(options: ConsumerOptions) {
    this.#options = options;
  }

  get inHand(): number {
    return this.#inHand.size;
  }

  /** @param onCancel called when the broker ends the consumer: somebody deleted the queue */
  async attach(channel: ConfirmChannel, onCancel: () => void): Promise<void> {
    this.#channel = channel;
    await channel.prefetch(this.#options.prefetch);
    const { consumerTag } = await channel.consume(this.#options.queue, (message) => {
      if (message === null) onCancel();
      else this.#take(channel, message);
    });
    this.#tag = consumerTag;
  }

  detach(): void {
    this.#channel = undefined;
  }

  /** Takes no more, resolves when what is in hand is settled. */
  async drain(): Promise<void> {
    if (this.#channel !== undefined && this.#tag !== undefined) {
      await this.#channel.cancel(this.#tag).catch(() => undefined); // A channel that just closed consumes no more.
    }
    while (this.#inHand.size > 0) await Promise.all(this.#inHand);
  }

  #take(channel: ConfirmChannel, message: ConsumeMessage): void {
    const work = this.#seeThrough(channel, message).finally(() => this.#inHand.delete(work));
    this.#inHand.add(work);
  }

  async #seeThrough(channel: ConfirmChannel, message: ConsumeMessage): Promise<void> {
    try {
      const next = await this.#options.handle(message);
      // On the channel the message came by: were it to go out after a reconnection, the broker would have both.
      if (next !== undefined) await this.#publish(channel, next);
      this.#settle(channel, () => channel.ack(message));
    } catch {
      await delay(PAUSE);
      this.#settle(channel, () => channel.nack(message));
    }
  }

  async #publish(channel: ConfirmChannel, next: Outgoing): Promise<void> {
    const { onRefused } = this.#options;
    try {
      await publishConfirmed(channel, next);
    } catch (error) {
      if (onRefused === undefined || !isRefusal(error as Error)) throw error;
      onRefused(next);
    }
  }

  /** On a channel that is gone there is nothing to settle: the broker delivers the message again. */
  #settle(channel: ConfirmChannel, settle: () => void): void {
    if (channel !== this.#channel) return;
    try {
      settle();
    } catch {
      // It is closing, and detach() follows.
    }
  }
}
