import type { ConsumeMessage } from "amqplib";
import { type Context, Service as MoleculerService } from "moleculer";
import { Action, Service } from "moleculer-decorators";
import { CodedError } from "../../errors/index.ts";
import type { Outgoing } from "../../mixins/amqp/outgoing.ts";
import { deadQueue, queue, retryQueue } from "../../mixins/event-queue/topology.ts";
import { eventQueueMixin, type WithEvents } from "../../mixins/event-queue.mixin.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { gauge, tally } from "../../node/metrics.ts";
import { nodeOf } from "../../node/node-context.ts";
import { amqpServer } from "../../protocols/amqp/server.mixin.ts";
import { restServer } from "../../protocols/rest/server.mixin.ts";
import { AlertLimit } from "./alert-limit.ts";
import { type DeadLetter, DeadLetters, deadLetterRule } from "./dead-letters.ts";
import { dispatch } from "./dispatch.ts";
import { afterFailure, backToWork, mark } from "./outcome.ts";
import { idOf, read } from "./received.ts";

/** Events in hand at once; each waits for the log, which groups their writes. */
const PREFETCH = 50;

const outcomes = ["done", "retry", "dead"] as const;
type Outcome = (typeof outcomes)[number];

/** Takes the events of the topic exchange and sees each one through. */
@Service({
  name: "listener",
  mixins: [
    httpMixin("listenerPort"),
    restServer,
    amqpServer,
    eventQueueMixin<ListenerService>((service) => ({
      queue,
      prefetch: PREFETCH,
      retryDelays: nodeOf(service.broker).config.eventRetryDelays,
      handle: (message) => service.take(message),
    })),
  ],
})
export default class ListenerService extends MoleculerService implements WithHttp, WithEvents {
  declare http: WithHttp["http"];
  declare eventQueue: WithEvents["eventQueue"];
  declare alertLimit: AlertLimit;
  declare dead: DeadLetters;
  declare count: (outcome: Outcome) => void;

  created(): void {
    const { alertLimit, eventRetryDelays } = nodeOf(this.broker).config;
    this.alertLimit = new AlertLimit(alertLimit, () =>
      this.logger.warn(`More than ${alertLimit} alerts in a minute: further errors are in the log only`),
    );
    this.dead = new DeadLetters(this.eventQueue);
    this.count = tally(this.broker, "events.outcomes", "Events by what became of a try", "outcome", outcomes);
    const queues = { new: [queue], retry: eventRetryDelays.map(retryQueue), dead: [deadQueue] };
    for (const [state, names] of Object.entries(queues)) {
      const read = () => this.eventQueue.waitingIn(names);
      gauge(this.broker, "events.waiting", "Events in the listener's queues", read, { state });
    }
  }

  /** Resolves when the event is done, or to the message that takes its place in another queue. */
  async take(message: ConsumeMessage): Promise<Outgoing | undefined> {
    const { alertTo = [], bodyLimit, eventRetryDelays } = nodeOf(this.broker).config;
    const id = idOf(message);
    // What came without an id goes round once, with one: were it done at once, and its acknowledgement lost with the
    // connection or this process, it would come again as another event.
    if (!message.properties.messageId) return backToWork(message, id, queue);
    try {
      const event = read(message, id, bodyLimit);
      await dispatch(event, {
        call: (action, params) => this.broker.call(action, params, { requestID: event.requestId }),
        alerts: { to: alertTo, allow: (eventId) => this.alertLimit.allow(eventId) },
      });
      this.count("done");
      return undefined;
    } catch (error) {
      const next = afterFailure(message, id, error, eventRetryDelays);
      this.count(next.routingKey === deadQueue ? "dead" : "retry");
      this.logger.warn(`Event ${id} goes to ${next.routingKey}:`, next.options.headers?.[mark.error]);
      return next;
    }
  }

  /** The oldest first; they stay where they are. */
  @Action({
    description: "Events that could not be handled, the oldest first",
    params: { limit: { type: "number", integer: true, convert: true, min: 1, max: 100, default: 20 } },
    returns: { type: "array", items: deadLetterRule },
    expose: { amqp: true },
  })
  deadLetters(ctx: Context<{ limit: number }>): Promise<DeadLetter[]> {
    return this.dead.list(ctx.params.limit);
  }

  /** Sends one dead letter back to be tried again, or up to 1,000; `left` says how many are there after `all`. */
  @Action({
    description: "Sends dead letters back to be tried again: one, or up to 1,000",
    params: {
      id: { type: "string", min: 1, max: 255, optional: true },
      all: { type: "boolean", convert: true, optional: true },
    },
    returns: { type: "object", props: { resent: "number", left: "number|optional" } },
    expose: { amqp: true },
  })
  async resend(ctx: Context<{ id?: string; all?: boolean }>): Promise<{ resent: number; left?: number }> {
    const { id, all = false } = ctx.params;
    if (id === undefined && !all) throw new CodedError("VALIDATION_FAILED", 'give the "id" of a dead letter, or "all"');
    return id === undefined ? this.dead.resendAll() : { resent: await this.dead.resend(id) };
  }
}
