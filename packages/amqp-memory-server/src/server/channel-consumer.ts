import type { Queue, QueueConsumer, QueuedMessage } from "../broker/queue.ts";
import type { Channel } from "./channel.ts";

interface Settings {
  readonly tag: string;
  readonly queue: Queue;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  /** Unacknowledged messages it may hold; 0: no limit. */
  readonly prefetch: number;
}

/** A subscription: a queue's consumer on one side, a channel's deliveries on the other. */
export class ChannelConsumer implements QueueConsumer {
  readonly tag: string;
  readonly queue: Queue;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  unacked = 0;
  readonly #prefetch: number;
  readonly #channel: Channel;
  #starved = false;

  constructor(channel: Channel, settings: Settings) {
    this.tag = settings.tag;
    this.queue = settings.queue;
    this.noAck = settings.noAck;
    this.exclusive = settings.exclusive;
    this.priority = settings.priority;
    this.#prefetch = settings.prefetch;
    this.#channel = channel;
  }

  canTake(): boolean {
    const room =
      this.noAck || ((this.#prefetch === 0 || this.unacked < this.#prefetch) && this.#channel.hasPrefetchRoom);
    const can = room && this.#channel.canDeliver;
    if (!can) this.#starved = true;
    return can;
  }

  take(entry: QueuedMessage): void {
    this.#channel.deliver(this, entry);
  }

  /** Something that held it back may be gone. */
  wake(): void {
    if (!this.#starved || !this.canTake()) return;
    this.#starved = false;
    this.queue.wake(this);
  }

  queueDeleted(): void {
    this.#channel.consumerCancelled(this);
  }
}
