import type { Channel } from "amqplib";

/** The names other systems know; see the README's wire contract. */
export const exchange = "logs_topic";
export const routingKeys = { info: "log.INFO", warning: "log.WARNING", error: "log.ERROR" } as const;
export type Severity = keyof typeof routingKeys;

export const queue = "listener.events";
/** Where an event waits before it is tried again; it returns to `queue` by itself. */
export const retryQueue = "listener.events.retry";
export const deadQueue = "listener.events.dead";

export const RETRY_DELAY = 1_000;
export const MAX_ATTEMPTS = 5;

export async function assertExchange(channel: Channel): Promise<void> {
  await channel.assertExchange(exchange, "topic", { durable: true });
}

export async function assertQueues(channel: Channel): Promise<void> {
  await channel.assertQueue(queue, { durable: true });
  await channel.assertQueue(retryQueue, {
    durable: true,
    messageTtl: RETRY_DELAY,
    deadLetterExchange: "",
    deadLetterRoutingKey: queue,
  });
  await channel.assertQueue(deadQueue, { durable: true });
  for (const key of Object.values(routingKeys)) await channel.bindQueue(queue, exchange, key);
}
