import type { Channel, ConsumeMessage } from "amqplib";

export interface ConsumerOptions {
  readonly queue: string;
  /** Unacknowledged messages in hand at once. */
  readonly prefetch: number;
  /** Resolves when the message's fate is settled elsewhere and it may be acknowledged; rejects to have it back. */
  readonly handle: (message: ConsumeMessage) => Promise<void>;
}

/** Takes messages from one queue and acknowledges each when its work is done. */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #inHand = new Set<Promise<void>>();
  #channel?: Channel;
  #tag?: string;

  constructor(options: ConsumerOptions) {
    this.#options = options;
  }

  async attach(channel: Channel): Promise<void> {
    this.#channel = channel;
    await channel.prefetch(this.#options.prefetch);
    const { consumerTag } = await channel.consume(this.#options.queue, (message) => {
      if (message !== null) this.#take(channel, message);
    });
    this.#tag = consumerTag;
  }

  detach(): void {
    this.#channel = undefined;
  }

  /** Takes no more, resolves when what is in hand is settled. */
  async drain(): Promise<void> {
    if (this.#channel !== undefined && this.#tag !== undefined) await this.#channel.cancel(this.#tag);
    while (this.#inHand.size > 0) await Promise.all(this.#inHand);
  }

  #take(channel: Channel, message: ConsumeMessage): void {
    const work = this.#options
      .handle(message)
      .then(
        () => this.#settle(channel, () => channel.ack(message)),
        () => this.#settle(channel, () => channel.nack(message)),
      )
      .finally(() => this.#inHand.delete(work));
    this.#inHand.add(work);
  }

  /** On a channel that is gone there is nothing to settle: the broker delivers the message again. */
  #settle(channel: Channel, settle: () => void): void {
    if (channel === this.#channel) settle();
  }
}
