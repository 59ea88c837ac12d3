import type { Channel } from "amqplib";

/** The names other systems know; see the README's wire contract. */
export const exchange = "logs_topic";
export const routingKeys = { info: "log.INFO", warning: "log.WARNING", error: "log.ERROR" } as const;
export type Severity = keyof typeof routingKeys;

/** The original binds its three keys; here nothing that is published below `log.` is dropped, log.DEBUG neither. */
const bindingKey = "log.#";

export const queue = "listener.events";
export const deadQueue = "listener.events.dead";

/**
 * Where an event waits `delay` ms before it returns to `queue` by itself. The delay is part of the name: a queue's TTL
 * cannot be changed, and another configuration must not meet the old one's queue.
 */
export const retryQueue = (delay: number): string => `${queue}.retry.${delay}`;

/**
 * What each queue holds at most; beyond it the broker refuses, and a publisher with confirms is told. Nothing is dropped
 * to make room. When the dead letters are full the listener keeps its events in `queue` until someone looks.
 */
const MAX_EVENTS = 1_000_000;
const MAX_DEAD = 100_000;

const bounded = (maxLength: number) => ({
  durable: true,
  maxLength,
  arguments: { "x-overflow": "reject-publish" },
});

/** What whoever publishes or listens declares: an event published before the first listener ran waits for it. */
export async function assertEvents(channel: Channel): Promise<void> {
  await channel.assertExchange(exchange, "topic", { durable: true });
  await channel.assertQueue(queue, bounded(MAX_EVENTS));
  await channel.bindQueue(queue, exchange, bindingKey);
}

/** Where a listener puts what it could not do. */
export async function assertFailures(channel: Channel, retryDelays: readonly number[]): Promise<void> {
  await channel.assertQueue(deadQueue, bounded(MAX_DEAD));
  for (const delay of retryDelays) {
    await channel.assertQueue(retryQueue(delay), {
      durable: true,
      messageTtl: delay,
      deadLetterExchange: "",
      deadLetterRoutingKey: queue,
    });
  }
}
