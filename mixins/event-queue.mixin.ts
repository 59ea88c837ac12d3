import type { Service } from "moleculer";
import { gauge } from "../node/metrics.ts";
import { type NodeContext, nodeOf } from "../node/node-context.ts";
import { requestContext, requestIdFrom } from "../node/request-context.ts";
import type { Span } from "../node/tracing/span.ts";
import { TRACEPARENT, traceFrom } from "../node/tracing/trace-context.ts";
import { endWith, within } from "../node/tracing/tracer.ts";
import { defineMixin } from "./define.ts";
import { type EventConsumer, EventQueue } from "./event-queue/event-queue.ts";

export interface WithEvents {
  eventQueue: EventQueue;
}

/** @param consume for a service that also takes events: called when the service is made */
export const eventQueueMixin = <S extends Service>(consume?: (service: S) => EventConsumer) =>
  defineMixin<WithEvents>({
    created() {
      const node = nodeOf(this.broker);
      const { config, health, lifecycle, tracer } = node;
      const consumes = consume?.(this as unknown as S);
      const queue = new EventQueue({
        url: config.rabbitUrl,
        name: `${this.name} events`,
        logger: this.logger,
        consume: consumes && { ...consumes, handle: handling(consumes.handle, node, consumes.queue) },
        tracer,
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

/** What a node does is also the events it takes: each under the request and in the trace that it was published in. */
const handling =
  (handle: EventConsumer["handle"], { traffic, tracer }: NodeContext, queue: string): EventConsumer["handle"] =>
  (message) => {
    const { "x-request-id": id, [TRACEPARENT]: traceparent } = message.properties.headers ?? {};
    const requestId = requestIdFrom(typeof id === "string" ? id : undefined);
    return requestContext.run({ requestId, trace: traceFrom(traceparent) }, async () => {
      const begun = performance.now();
      const span = tracer?.begin({ name: `process ${queue}`, kind: "consumer", attributes: { protocol: "amqp" } });
      try {
        return await (span === undefined ? handle(message) : taken(span, () => handle(message)));
      } finally {
        traffic.record(performance.now() - begun);
      }
    });
  };

/** What could not be done goes on to another queue: the span tells which. */
const taken = (span: Span, handle: () => ReturnType<EventConsumer["handle"]>): ReturnType<EventConsumer["handle"]> =>
  endWith(
    span,
    within(span, async () => {
      const next = await handle();
      span.attributes["next.queue"] = next?.routingKey;
      return next;
    }),
  );
