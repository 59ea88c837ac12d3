import type { Channel } from "amqplib";
import { entries } from "../../config/entries.ts";
import { TRACEPARENT } from "../../node/tracing/trace-context.ts";

export interface RequestQueue {
  readonly name: string;
  /** Deleted when no node has served it for so long, ms; absent: it stays. */
  readonly expires?: number;
}

/** The address that RabbitMQ gives each channel for its replies, without a queue. */
export const directReplyTo = "amq.rabbitmq.reply-to";

/** An exchange that every broker has: what is published there goes to the nodes that serve the queue, if there are any. */
export const cancelExchange = "amq.direct";
export const cancelKey = (queue: string): string => `${queue}.cancel`;

export const header = {
  /** Names the operation for a client that cannot set the property `type`. */
  operation: "x-operation",
  requestId: "x-request-id",
  traceparent: TRACEPARENT,
  /** The node that answers. */
  node: "x-node",
  /** ms that the node worked on it. */
  took: "x-took",
  /** The code of an error; a reply without it is a success. */
  errorCode: "x-error-code",
} as const;

/** How long a request waits for a node at most, whatever its own expiration says, and a reply for its reader, ms. */
export const LONGEST_WAIT = 60_000;

/** Ten times as long as a request waits: what expires is empty, also when every node was down for some minutes. */
const UNUSED_EXPIRES = 10 * LONGEST_WAIT;

/**
 * Where the requests to a service wait; its replicas share it. Other systems know the default mesh's `rpc.<service>`, and how it
 * is declared. Another mesh on the same virtual host has queues of its own, which go when it does: some live for one run.
 */
export const requestQueue = (namespace: string, service: string): RequestQueue =>
  namespace === entries.namespace.default
    ? { name: `rpc.${service}` }
    : { name: `rpc.${namespace}.${service}`, expires: UNUSED_EXPIRES };

/** Cancellations that a node has not read yet; of more it misses the oldest. */
const MAX_CANCELLATIONS = 10_000;

/** What a queue holds at most; beyond it the broker refuses, and who asks is told OVERLOADED. */
const MAX_REQUESTS = 10_000;
const MAX_REQUEST_BYTES = 256 << 20;

/** Durable, so that a request outlives the node that was to serve it and waits for the next. */
export async function assertRequestQueue(channel: Channel, { name, expires }: RequestQueue): Promise<void> {
  await channel.assertQueue(name, {
    durable: true,
    expires,
    messageTtl: LONGEST_WAIT,
    maxLength: MAX_REQUESTS,
    arguments: { "x-overflow": "reject-publish", "x-max-length-bytes": MAX_REQUEST_BYTES },
  });
}

/** A node's own: it hears of every cancellation, whichever replica has the request. @returns the queue's name */
export async function assertCancelQueue(channel: Channel, queue: string): Promise<string> {
  const own = await channel.assertQueue("", { exclusive: true, maxLength: MAX_CANCELLATIONS });
  await channel.bindQueue(own.queue, cancelExchange, cancelKey(queue));
  return own.queue;
}
