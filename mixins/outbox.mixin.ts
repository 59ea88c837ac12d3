import { gauge } from "../node/metrics.ts";
import { nodeOf } from "../node/node-context.ts";
import { requestContext } from "../node/request-context.ts";
import { traceFrom } from "../node/tracing/trace-context.ts";
import { defineMixin } from "./define.ts";
import type { WithEvents } from "./event-queue.mixin.ts";
import { Outbox } from "./outbox/outbox.ts";
import { Relay } from "./outbox/relay.ts";
import { reasonOf } from "./postgres/failure.ts";
import type { WithPostgres } from "./postgres.mixin.ts";

export interface WithOutbox {
  outbox: Outbox;
  /** Publishes what was committed, at once. */
  relay: Relay;
}

/**
 * Events that are told exactly if the change they tell of was made: written in its transaction, published by a relay.
 * Needs `postgresMixin` with the tables of `outbox/tables.ts`, and `eventQueueMixin`.
 */
export const outboxMixin = defineMixin<WithOutbox & WithPostgres & WithEvents>({
  created() {
    const { lifecycle } = nodeOf(this.broker);
    this.outbox = new Outbox(this.postgres);
    this.relay = new Relay({
      outbox: this.outbox,
      holder: this.broker.nodeID,
      requireServers: () => {
        this.requirePostgres();
        this.eventQueue.check();
      },
      // Under the request that made the change and in its trace, as if it had published the event itself.
      publish: ({ id, name, data, requestId, traceparent }) =>
        requestContext.run({ requestId: requestId ?? id, trace: traceFrom(traceparent) }, () =>
          this.eventQueue.publish({ id, name, data }),
        ),
      onFailure: (error) => this.logger.warn(`Outbox: ${reasonOf(error)}; its events wait`),
    });
    const read = (ask: () => Promise<number>) => async () => {
      this.requirePostgres();
      return ask();
    };
    const { broker, outbox } = this;
    gauge(
      broker,
      "outbox.waiting",
      "Events of changes that are not published yet",
      read(() => outbox.waiting()),
    );
    gauge(
      broker,
      "outbox.oldest",
      "How long the oldest of them has waited, s",
      read(() => outbox.oldest()),
    );
    lifecycle.onOpen(() => this.relay.start());
    lifecycle.onDrain(() => this.relay.stop());
  },
});
