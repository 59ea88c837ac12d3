import type { Service } from "moleculer";
import { nodeOf } from "../node/node-context.ts";
import { defineMixin } from "./define.ts";
import type { ConsumerOptions } from "./event-queue/consumer.ts";
import { EventQueue } from "./event-queue/event-queue.ts";

export interface WithEvents {
  eventQueue: EventQueue;
}

/** @param consume for a service that also takes events: called when the service is made */
export const eventQueueMixin = <S extends Service>(consume?: (service: S) => ConsumerOptions) =>
  defineMixin<WithEvents>({
    created() {
      const { config, health, lifecycle } = nodeOf(this.broker);
      const queue = new EventQueue({
        url: config.rabbitUrl,
        name: `${this.name} events`,
        logger: this.logger,
        consume: consume?.(this as unknown as S),
      });
      this.eventQueue = queue;
      health.add("rabbitmq", () => queue.check());
      lifecycle.onOpen(() => queue.open());
      lifecycle.onDrain(() => queue.drain());
      lifecycle.onClose(() => queue.close());
    },
  });
