import type { ConsumeMessage, Options } from "amqplib";
import { toCodedError } from "../../errors/index.ts";
import type { Outgoing } from "../../mixins/amqp/outgoing.ts";
import { deadQueue, retryQueue } from "../../mixins/event-queue/topology.ts";
import { ORIGINAL_KEY, routingKeyOf } from "./received.ts";

/** What the listener writes on a message whose work failed. */
export const mark = {
  attempts: "x-attempts",
  code: "x-error-code",
  error: "x-error",
  diedAt: "x-died-at",
} as const;

/**
 * Where a message goes whose work failed: to the next retry queue while trying again makes sense (something is away, late
 * or broken on our side), else to the dead letters with the reason.
 */
export function afterFailure(
  message: ConsumeMessage,
  id: string,
  error: unknown,
  retryDelays: readonly number[],
): Outgoing {
  const coded = toCodedError(error);
  const attempts = attemptsOf(message) + 1;
  const again = coded.retryable || coded.type === "INTERNAL";
  const delay = again ? retryDelays[attempts - 1] : undefined;
  const marks = {
    [ORIGINAL_KEY]: routingKeyOf(message),
    [mark.attempts]: attempts,
    [mark.code]: coded.type,
    [mark.error]: coded.message,
    ...(delay === undefined ? { [mark.diedAt]: new Date().toISOString() } : {}),
  };
  return {
    exchange: "",
    routingKey: delay === undefined ? deadQueue : retryQueue(delay),
    content: message.content,
    options: carried(message, id, marks),
  };
}

/** A message's way back into its queue, with its tries before it again. */
export const backToWork = (message: ConsumeMessage, id: string, queue: string): Outgoing => ({
  exchange: "",
  routingKey: queue,
  content: message.content,
  options: carried(message, id, { [ORIGINAL_KEY]: routingKeyOf(message) }),
});

export const attemptsOf = ({ properties }: ConsumeMessage): number => {
  const attempts = Number(properties.headers?.[mark.attempts]);
  return Number.isInteger(attempts) && attempts > 0 ? attempts : 0;
};

/**
 * What goes on with the message. Its time to live does not (it would end a dead letter), nor its user id (the broker
 * checks it), nor what would copy it to other queues or make the broker see a dead-letter cycle.
 */
function carried({ properties }: ConsumeMessage, messageId: string, marks: Record<string, unknown>): Options.Publish {
  const { contentType, contentEncoding, correlationId, timestamp, type, appId, headers = {} } = properties;
  const kept = Object.entries(headers as Record<string, unknown>).filter(([name]) => !dropped.test(name));
  return {
    contentType,
    contentEncoding,
    correlationId,
    timestamp,
    type,
    appId,
    messageId,
    persistent: true,
    headers: { ...Object.fromEntries(kept), ...marks },
  };
}

const dropped = /^(CC|BCC|x-death|x-first-death-.*|x-last-death-.*|x-attempts|x-error|x-error-code|x-died-at)$/;
