import type { ConsumeMessage } from "amqplib";
import { Service as MoleculerService } from "moleculer";
import { Service } from "moleculer-decorators";
import { queue } from "../../mixins/event-queue/topology.ts";
import { eventQueueMixin, type WithEvents } from "../../mixins/event-queue.mixin.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { dispatch } from "./dispatch.ts";
import { afterFailure } from "./outcome.ts";
import { read } from "./received.ts";

/** Takes the events of the topic exchange and sees each one through. */
@Service({
  name: "listener",
  mixins: [
    httpMixin("listenerPort"),
    eventQueueMixin<ListenerService>((service) => ({
      queue,
      prefetch: 50,
      handle: (message) => service.take(message),
    })),
  ],
})
export default class ListenerService extends MoleculerService implements WithHttp, WithEvents {
  declare http: WithHttp["http"];
  declare eventQueue: WithEvents["eventQueue"];

  /** Resolves when the event is done, or waits in another queue. */
  async take(message: ConsumeMessage): Promise<void> {
    try {
      const event = read(message);
      await dispatch(event, (action, params) => this.broker.call(action, params, { requestID: event.requestId }));
    } catch (error) {
      const next = afterFailure(message, error);
      this.logger.warn(`Event goes to ${next.routingKey}:`, next.options.headers?.["x-error"]);
      await this.eventQueue.send(next);
    }
  }
}
