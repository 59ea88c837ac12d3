import type { Service } from "moleculer";
import { gauge } from "../node/metrics.ts";
import { nodeOf } from "../node/node-context.ts";
import type { Traffic } from "../node/traffic.ts";
import { defineMixin } from "./define.ts";
import { type EventConsumer, EventQueue } from "./event-queue/event-queue.ts";

export interface WithEvents {
  eventQueue: EventQueue;
}

/** @param consume for a service that also takes events: called when the service is made */
export const eventQueueMixin = <S extends Service>(consume?: (service: S) => EventConsumer) =>
  defineMixin<WithEvents>({
    created() {
      const { config, health, lifecycle, traffic } = nodeOf(this.broker);
      const consumes = consume?.(this as unknown as S);
      const queue = new EventQueue({
        url: config.rabbitUrl,
        name: `${this.name} events`,
        logger: this.logger,
        consume: consumes && { ...consumes, handle: counting(consumes.handle, traffic) },
      });
      this.eventQueue = queue;
      health.add("rabbitmq", () => queue.check());
      gauge(this.broker, "events.pending", "Events that wait for the message broker", () => queue.depth.pending);
      gauge(this.broker, "events.in_hand", "Events taken and not yet done", () => queue.depth.inHand);
      lifecycle.onOpen(() => queue.open());
      lifecycle.onDrain(() => queue.drain());
      lifecycle.onClose(() => queue.close());
    },
  });

/** What a node does is also the events it takes. */
const counting =
  (handle: EventConsumer["handle"], traffic: Traffic): EventConsumer["handle"] =>
  async (message) => {
    const begun = performance.now();
    try {
      return await handle(message);
    } finally {
      traffic.record(performance.now() - begun);
    }
  };
