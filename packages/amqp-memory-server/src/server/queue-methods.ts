import { randomBytes } from "node:crypto";
import type { Queue } from "../broker/queue.ts";
import { queueSettings } from "../broker/queue-arguments.ts";
import type { Table } from "../codec/fields.ts";
import type { MethodOf } from "../codec/method-codec.ts";
import { AmqpError } from "../errors.ts";
import type { Channel, Handlers } from "./channel.ts";
import { refuseDefault, refuseReserved } from "./exchange-methods.ts";

export const queueMethods = {
  "queue.declare": (channel, method) => {
    const queue = method.passive ? accessible(channel, queueName(channel, method.queue)) : declare(channel, method);
    channel.lastQueue = queue.name;
    if (method.nowait) return;
    channel.send("queue.declare-ok", {
      queue: queue.name,
      messageCount: queue.ready,
      consumerCount: queue.consumers.size,
    });
  },
  "queue.bind": (channel, method) => {
    const [source, binding] = queueBinding(channel, method);
    channel.vhost.bind(source, binding);
    if (!method.nowait) channel.send("queue.bind-ok", {});
  },
  "queue.unbind": (channel, method) => {
    const [source, binding] = queueBinding(channel, method);
    channel.vhost.unbind(source, binding);
    channel.send("queue.unbind-ok", {});
  },
  "queue.purge": (channel, method) => {
    const messageCount = accessible(channel, queueName(channel, method.queue)).purge();
    if (!method.nowait) channel.send("queue.purge-ok", { messageCount });
  },
  "queue.delete": (channel, method) => {
    const messageCount = deleteQueue(channel, method);
    if (!method.nowait) channel.send("queue.delete-ok", { messageCount });
  },
} satisfies Handlers;

function declare(channel: Channel, method: MethodOf<"queue.declare">): Queue {
  const { vhost, connection } = channel;
  const { durable, autoDelete, exclusive } = method;
  const name = method.queue === "" ? `amq.gen-${randomBytes(16).toString("base64url")}` : method.queue;
  const existing = vhost.queues.get(name);
  if (existing === undefined && method.queue !== "") refuseReserved("queue", name);
  if (existing !== undefined) {
    checkAccess(channel, existing);
    if (exclusive !== existing.properties.exclusive) throw locked(channel, name);
  }
  const settings = queueSettings(method.arguments, `queue '${name}' in vhost '${vhost.name}'`);
  if (settings.quorum) {
    for (const [property, wrong] of Object.entries({ durable: !durable, exclusive, "auto-delete": autoDelete })) {
      if (!wrong) continue;
      const given = property === "durable" ? "false" : "true";
      throw new AmqpError(
        "PRECONDITION_FAILED",
        `invalid property '${property === "durable" ? "non-durable" : property}' for queue '${name}' in vhost '${vhost.name}'`,
      );
    }
  }
  const properties = { durable, autoDelete, exclusive, arguments: method.arguments, settings };
  return vhost.declareQueue(name, properties, exclusive ? connection : undefined);
}

function deleteQueue(channel: Channel, method: MethodOf<"queue.delete">): number {
  const { vhost } = channel;
  const name = queueName(channel, method.queue);
  // Deleting what is not there succeeds, as in RabbitMQ.
  if (!vhost.queues.has(name)) return 0;
  const queue = accessible(channel, name);
  const where = `queue '${name}' in vhost '${vhost.name}'`;
  if (method.ifUnused && queue.consumers.size > 0) throw new AmqpError("PRECONDITION_FAILED", `${where} in use`);
  if (method.ifEmpty && queue.ready > 0) throw new AmqpError("PRECONDITION_FAILED", `${where} not empty`);
  return vhost.deleteQueue(queue);
}

function queueBinding(
  channel: Channel,
  method: { queue: string; exchange: string; routingKey: string; arguments: Table },
) {
  refuseDefault(method.exchange);
  const name = queueName(channel, method.queue);
  const destination = accessible(channel, name);
  const source = channel.vhost.exchange(method.exchange);
  // The specification: with neither name nor key given, the key is the queue's name too.
  const routingKey = method.queue === "" && method.routingKey === "" ? name : method.routingKey;
  return [source, { destination, routingKey, arguments: method.arguments }] as const;
}

/** An empty name means the queue last declared on the channel. */
export function queueName(channel: Channel, name: string): string {
  if (name !== "") return name;
  if (channel.lastQueue === undefined) throw new AmqpError("NOT_FOUND", "no previously declared queue");
  return channel.lastQueue;
}

/** The queue, if this connection may use it. */
export function accessible(channel: Channel, name: string): Queue {
  const queue = channel.vhost.queue(name);
  checkAccess(channel, queue);
  return queue;
}

function checkAccess(channel: Channel, queue: Queue): void {
  if (queue.owner !== undefined && queue.owner !== channel.connection) throw locked(channel, queue.name);
}

function locked({ vhost }: Channel, name: string): AmqpError {
  return new AmqpError(
    "RESOURCE_LOCKED",
    `cannot obtain exclusive access to locked queue '${name}' in vhost '${vhost.name}'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.`,
  );
}
