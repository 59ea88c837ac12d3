import { randomBytes } from "node:crypto";
import { replyTo } from "../broker/broker.ts";
import type { Queue } from "../broker/queue.ts";
import { queueSettings } from "../broker/queue-arguments.ts";
import type { Table } from "../codec/fields.ts";
import type { MethodOf } from "../codec/method-codec.ts";
import { AmqpError } from "../errors.ts";
import type { Channel, Handlers } from "./channel.ts";
import { refuseDefault, refuseReserved } from "./exchange-methods.ts";

export const queueMethods = {
  "queue.declare": (channel, method) => {
    if (method.queue.startsWith(replyTo)) return declareReplyAddress(channel, method);
    const queue = method.passive ? accessible(channel, method.queue) : declare(channel, method);
    channel.lastQueue = queue.name;
    declared(channel, method, queue.name, queue.ready, queue.consumers.size);
  },
  "queue.bind": (channel, method) => {
    refuseDefault(method.exchange);
    const source = channel.vhost.exchange(method.exchange);
    const name = queueName(channel, method.queue);
    const destination = accessible(channel, name);
    channel.vhost.bind(source, { destination, ...bindingKey(method, name) });
    if (!method.nowait) channel.send("queue.bind-ok", {});
  },
  "queue.unbind": (channel, method) => {
    refuseDefault(method.exchange);
    const name = queueName(channel, method.queue);
    const destination = channel.vhost.queues.has(name) ? accessible(channel, name) : undefined;
    channel.vhost.unbind(method.exchange, destination, bindingKey(method, name));
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
  if (existing !== undefined) {
    checkAccess(channel, existing);
    if (exclusive !== existing.properties.exclusive) throw locked(channel, name);
    return vhost.redeclareQueue(existing, { durable, autoDelete, arguments: method.arguments });
  }
  if (method.queue !== "") refuseReserved("queue", name);
  const settings = queueSettings(method.arguments, `queue '${name}' in vhost '${vhost.name}'`);
  if (settings.quorum) checkQuorum(channel, method);
  const properties = { durable, autoDelete, exclusive, arguments: method.arguments, settings };
  return vhost.declareQueue(name, properties, exclusive ? connection : undefined);
}

/** A quorum queue is durable, shared, kept and named. */
function checkQuorum({ vhost }: Channel, { queue, durable, exclusive, autoDelete }: MethodOf<"queue.declare">): void {
  const refuse = (detail: string): never => {
    throw new AmqpError("PRECONDITION_FAILED", detail);
  };
  const where = `for queue '${queue}' in vhost '${vhost.name}'`;
  if (queue === "") refuse("Cannot declare a server-named queue for type rabbit_quorum_queue");
  if (!durable) refuse(`invalid property 'non-durable' ${where}`);
  if (autoDelete) refuse(`invalid property 'auto-delete' ${where}`);
  if (exclusive) refuse(`invalid property 'exclusive-owner' ${where}`);
}

/** A direct reply-to address looks like a queue to whoever asks if it is still there. */
function declareReplyAddress(channel: Channel, method: MethodOf<"queue.declare">): void {
  const { vhost, connection } = channel;
  if (method.queue !== replyTo && !connection.broker.replyConsumers.has(method.queue)) {
    throw new AmqpError("NOT_FOUND", `no queue '${method.queue}' in vhost '${vhost.name}'`);
  }
  declared(channel, method, method.queue, 0, 1);
}

function declared(
  channel: Channel,
  { nowait }: MethodOf<"queue.declare">,
  queue: string,
  messageCount: number,
  consumerCount: number,
): void {
  if (!nowait) channel.send("queue.declare-ok", { queue, messageCount, consumerCount });
}

function deleteQueue(channel: Channel, method: MethodOf<"queue.delete">): number {
  const { vhost } = channel;
  const name = queueName(channel, method.queue);
  // Deleting what is not there succeeds, as in RabbitMQ.
  if (!vhost.queues.has(name)) return 0;
  const queue = accessible(channel, name);
  const where = `queue '${name}' in vhost '${vhost.name}'`;
  for (const [flag, set] of Object.entries({ "if-unused": method.ifUnused, "if-empty": method.ifEmpty })) {
    if (!set || !queue.properties.settings.quorum) continue;
    const detail = `cannot delete ${where}. queue.delete operations with ${flag} flag set are not supported by quorum queues`;
    throw new AmqpError("NOT_IMPLEMENTED", detail);
  }
  if (method.ifUnused && queue.consumers.size > 0) throw new AmqpError("PRECONDITION_FAILED", `${where} in use`);
  if (method.ifEmpty && queue.ready > 0) throw new AmqpError("PRECONDITION_FAILED", `${where} not empty`);
  return vhost.deleteQueue(queue);
}

/** The specification: with neither name nor key given, the key is the queue's name too. */
function bindingKey(method: { queue: string; routingKey: string; arguments: Table }, name: string) {
  const routingKey = method.queue === "" && method.routingKey === "" ? name : method.routingKey;
  return { routingKey, arguments: method.arguments };
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
