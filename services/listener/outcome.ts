import type { ConsumeMessage } from "amqplib";
import { toCodedError } from "../../errors/index.ts";
import type { Outgoing } from "../../mixins/event-queue/event.ts";
import { deadQueue, MAX_ATTEMPTS, retryQueue } from "../../mixins/event-queue/topology.ts";

/** Where a message goes whose work failed: to the retry queue while it makes sense, else to the dead letters, with the reason. */
export function afterFailure({ content, fields, properties }: ConsumeMessage, error: unknown): Outgoing {
  const coded = toCodedError(error);
  const { headers = {}, ...rest } = properties;
  const attempts = Number(headers["x-attempts"] ?? 0) + 1;
  const again = coded.retryable && attempts < MAX_ATTEMPTS;
  return {
    exchange: "",
    routingKey: again ? retryQueue : deadQueue,
    content,
    options: {
      ...rest,
      persistent: true,
      headers: {
        ...headers,
        "x-attempts": attempts,
        "x-error-code": coded.type,
        "x-error": coded.message,
        "x-original-routing-key": headers["x-original-routing-key"] ?? fields.routingKey,
      },
    },
  };
}
