import { raw } from "../codec/bytes.ts";
import type { ServerOptions } from "../options.ts";
import { Counters, MemoryGauge } from "./memory.ts";
import type { Message } from "./message.ts";
import { VirtualHost } from "./virtual-host.ts";

/** The queue that is none: who consumes from it is given an address below it for direct replies. */
export const replyTo = "amq.rabbitmq.reply-to";

/** Where direct replies go: straight to the channel that asked. */
export interface ReplyConsumer {
  deliverReply(message: Message): void;
}

/** What all connections share. */
export class Broker {
  readonly options: ServerOptions;
  readonly memory: MemoryGauge;
  readonly counters = new Counters();
  readonly vhosts: ReadonlyMap<string, VirtualHost>;
  /** By full reply address. */
  readonly replyConsumers = new Map<string, ReplyConsumer>();
  readonly #onMemory = new Set<(over: boolean) => void>();

  constructor(options: ServerOptions) {
    this.options = options;
    this.memory = new MemoryGauge(options.memoryLimit, (over) => {
      for (const listener of [...this.#onMemory]) listener(over);
    });
    this.vhosts = new Map(
      options.vhosts.map((name) => [
        raw(name),
        new VirtualHost(raw(name), this.memory, this.counters, options.maxObjects),
      ]),
    );
  }

  /** Calls `listener` when the memory limit is passed and again when there is room; returns how to stop. */
  watchMemory(listener: (over: boolean) => void): () => void {
    this.#onMemory.add(listener);
    return () => this.#onMemory.delete(listener);
  }

  /** Ends all queues, and with them their timers. */
  clear(): void {
    for (const vhost of this.vhosts.values()) for (const queue of [...vhost.queues.values()]) vhost.deleteQueue(queue);
  }
}
