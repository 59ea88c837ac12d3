import { randomBytes } from "node:crypto";
import { replyTo } from "../broker/broker.ts";
import { integer } from "../codec/fields.ts";
import type { MethodOf } from "../codec/method-codec.ts";
import { AmqpError } from "../errors.ts";
import type { Channel, Handlers } from "./channel.ts";
import { ChannelConsumer } from "./channel-consumer.ts";
import { accessible, queueName } from "./queue-methods.ts";
import { type Delivery, requeue } from "./unacked.ts";

export const basicMethods = {
  "basic.qos": (channel, method) => {
    if (method.prefetchSize !== 0) {
      throw new AmqpError("NOT_IMPLEMENTED", `prefetch_size!=0 (${method.prefetchSize})`);
    }
    if (method.global) channel.channelPrefetch = method.prefetchCount;
    else channel.consumerPrefetch = method.prefetchCount;
    channel.send("basic.qos-ok", {});
    channel.wakeConsumers();
  },
  "basic.consume": (channel, method) => {
    const tag = method.consumerTag || `amq.ctag-${randomBytes(16).toString("base64url")}`;
    if (channel.consumers.has(tag) || channel.reply?.tag === tag) {
      throw new AmqpError("NOT_ALLOWED", `attempt to reuse consumer tag '${tag}'`);
    }
    if (method.queue === replyTo) consumeReplies(channel, method, tag);
    else consume(channel, method, tag);
  },
  "basic.cancel": (channel, method) => {
    const consumer = channel.consumers.get(method.consumerTag);
    channel.consumers.delete(method.consumerTag);
    if (channel.reply?.tag === method.consumerTag) channel.closeReply();
    if (!method.nowait) channel.send("basic.cancel-ok", { consumerTag: method.consumerTag });
    consumer?.queue.removeConsumer(consumer);
  },
  "basic.get": (channel, method) => {
    const queue = accessible(channel, queueName(channel, method.queue));
    const entry = queue.get();
    if (entry === undefined) return channel.send("basic.get-empty", {});
    const deliveryTag = channel.track(entry, queue, method.noAck);
    const message = queue.outgoing(entry);
    const { exchange, routingKey } = message;
    const { redelivered } = entry;
    channel.send(
      "basic.get-ok",
      { deliveryTag, redelivered, exchange, routingKey, messageCount: queue.ready },
      message,
    );
  },
  "basic.ack": (channel, method) => {
    const deliveries = channel.unacked.take(method.deliveryTag, method.multiple);
    for (const { queue, entry } of deliveries) queue.settle(entry);
    channel.connection.broker.counters.acknowledged += deliveries.length;
    wake(channel, deliveries);
  },
  "basic.nack": (channel, method) => refuse(channel, method.deliveryTag, method.multiple, method.requeue),
  "basic.reject": (channel, method) => refuse(channel, method.deliveryTag, false, method.requeue),
  "basic.recover": (channel, method) => {
    recover(channel, method.requeue);
    channel.send("basic.recover-ok", {});
  },
  "basic.recover-async": (channel, method) => recover(channel, method.requeue),
} satisfies Handlers;

function consume(channel: Channel, method: MethodOf<"basic.consume">, tag: string): void {
  const queue = accessible(channel, queueName(channel, method.queue));
  if (queue.properties.settings.quorum && channel.channelPrefetch > 0) {
    const detail = `queue '${queue.name}' in vhost '${channel.vhost.name}' does not support global qos`;
    throw new AmqpError("NOT_IMPLEMENTED", detail);
  }
  if (queue.consumers.hasExclusive || (method.exclusive && queue.consumers.size > 0)) {
    throw new AmqpError("ACCESS_REFUSED", `queue '${queue.name}' in vhost '${channel.vhost.name}' in exclusive use`);
  }
  const consumer = new ChannelConsumer(channel, {
    tag,
    queue,
    noAck: method.noAck,
    exclusive: method.exclusive,
    priority: priority(channel, method),
    prefetch: channel.consumerPrefetch,
  });
  channel.consumers.set(tag, consumer);
  if (!method.nowait) channel.send("basic.consume-ok", { consumerTag: tag });
  queue.addConsumer(consumer);
}

function priority(channel: Channel, method: MethodOf<"basic.consume">): number {
  const field = method.arguments.get("x-priority");
  const value = integer(field);
  if (field !== undefined && value === undefined) {
    throw new AmqpError(
      "PRECONDITION_FAILED",
      `invalid arg 'x-priority' for queue '${method.queue}' in vhost '${channel.vhost.name}': "expected integer, got ${field.type}"`,
    );
  }
  return value ?? 0;
}

function consumeReplies(channel: Channel, method: MethodOf<"basic.consume">, tag: string): void {
  if (!method.noAck) throw new AmqpError("PRECONDITION_FAILED", "reply consumer cannot acknowledge");
  if (channel.reply !== undefined) throw new AmqpError("PRECONDITION_FAILED", "reply consumer already set");
  channel.openReply(tag);
  if (!method.nowait) channel.send("basic.consume-ok", { consumerTag: tag });
}

function refuse(channel: Channel, tag: number, multiple: boolean, again: boolean): void {
  const deliveries = channel.unacked.take(tag, multiple);
  if (again) requeue(deliveries);
  else for (const { queue, entry } of deliveries) queue.discard(entry, "rejected");
  wake(channel, deliveries);
}

function recover(channel: Channel, again: boolean): void {
  if (!again) throw new AmqpError("NOT_IMPLEMENTED", "requeue=false");
  const deliveries = channel.unacked.takeAll();
  requeue(deliveries);
  wake(channel, deliveries);
}

/** Prefetch room came back: to the consumers of these messages and, where the channel itself was full, to all of its. */
function wake(channel: Channel, deliveries: readonly Delivery[]): void {
  for (const { consumer } of deliveries) consumer?.wake();
  const { maxUnacked } = channel.connection.broker.options;
  const wasFull = channel.unacked.size + deliveries.length >= maxUnacked;
  if (channel.channelPrefetch > 0 || wasFull) channel.wakeConsumers();
}
