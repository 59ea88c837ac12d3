import { replyTo } from "../broker/broker.ts";
import { Message } from "../broker/message.ts";
import type { MethodOf } from "../codec/method-codec.ts";
import { changeProperties, type Properties, readProperties } from "../codec/properties.ts";
import { AmqpError } from "../errors.ts";
import type { Content } from "../frames.ts";
import type { Channel } from "./channel.ts";

const noRoute = 312;

/** What basic.publish does once its content is whole: check, route, return what nobody takes, confirm. */
export function publish(channel: Channel, method: MethodOf<"basic.publish">, content: Content): void {
  const { vhost } = channel;
  const { counters, replyConsumers } = channel.connection.broker;
  const properties = readProperties(content.properties);
  const exchange = vhost.exchange(method.exchange);
  if (exchange.properties.internal) {
    throw new AmqpError(
      "ACCESS_REFUSED",
      `cannot publish to internal exchange '${exchange.name}' in vhost '${vhost.name}'`,
    );
  }
  checkUser(channel, properties);
  const sent = withReplyAddress(channel, content, properties);
  const message = new Message(exchange.name, method.routingKey, sent, undefined, properties).withoutBcc();
  counters.published++;

  if (exchange.name === "") replyConsumers.get(method.routingKey)?.deliverReply(message);
  const { routed, refused } = vhost.publish(exchange, message);
  // RabbitMQ routes a direct reply past the queues, and so returns a mandatory one although it arrives.
  if (method.mandatory && !routed) {
    counters.returned++;
    const { exchange, routingKey } = message;
    channel.send("basic.return", { replyCode: noRoute, replyText: "NO_ROUTE", exchange, routingKey }, message);
  }
  if (refused) counters.refused++;
  if (channel.confirms === undefined) return;
  counters.confirmed++;
  channel.confirms.settle(!refused);
}

function checkUser({ connection }: Channel, { userId }: Properties): void {
  if (userId === undefined || userId === connection.session.user) return;
  throw new AmqpError(
    "PRECONDITION_FAILED",
    `user_id property set to '${userId}' but authenticated user was '${connection.session.user}'`,
  );
}

/** A request that asks for a direct reply carries the address of this channel. */
function withReplyAddress(channel: Channel, content: Content, properties: Properties): Content {
  if (properties.replyTo !== replyTo) return content;
  if (channel.reply === undefined) throw new AmqpError("PRECONDITION_FAILED", "fast reply consumer does not exist");
  return { body: content.body, properties: changeProperties(content.properties, { replyTo: channel.reply.address }) };
}
