import { randomBytes } from "node:crypto";
import { replyTo } from "../broker/broker.ts";
import type { Message } from "../broker/message.ts";
import type { QueuedMessage } from "../broker/queue.ts";
import type { VirtualHost } from "../broker/virtual-host.ts";
import {
  type Method,
  type MethodArguments,
  type MethodName,
  type MethodOf,
  readMethod,
} from "../codec/method-codec.ts";
import { AmqpError } from "../errors.ts";
import { type Content, frameType } from "../frames.ts";
import { basicMethods } from "./basic-methods.ts";
import type { ChannelConsumer } from "./channel-consumer.ts";
import { Confirms } from "./confirms.ts";
import { blamed, type Connection } from "./connection.ts";
import { ContentAssembly } from "./content-assembly.ts";
import { exchangeMethods } from "./exchange-methods.ts";
import { publish } from "./publish.ts";
import { queueMethods } from "./queue-methods.ts";
import { requeue, Unacked } from "./unacked.ts";

export type Handlers = { readonly [N in MethodName]?: (channel: Channel, method: MethodOf<N>) => void };

const handlers: Handlers = {
  "channel.open": () => {
    throw new AmqpError("CHANNEL_ERROR", "second 'channel.open' seen");
  },
  "channel.flow": (channel, { active }) => {
    if (!active) throw new AmqpError("NOT_IMPLEMENTED", "active=false");
    channel.send("channel.flow-ok", { active });
  },
  "access.request": (channel) => channel.send("access.request-ok", { ticket: 1 }),
  "confirm.select": (channel, { nowait }) => {
    channel.confirms ??= new Confirms((name, deliveryTag, multiple) => {
      if (name === "basic.ack") channel.send(name, { deliveryTag, multiple });
      else channel.send(name, { deliveryTag, multiple, requeue: false });
    });
    if (!nowait) channel.send("confirm.select-ok", {});
  },
  ...exchangeMethods,
  ...queueMethods,
  ...basicMethods,
};

/** What a channel hands up: an error that ends the connection, and the method that caused it. */
interface Failure {
  readonly error: AmqpError;
  readonly cause: Method | undefined;
}

/** One conversation on a connection: its consumers, what it holds unacknowledged, its confirms. */
export class Channel {
  readonly number: number;
  readonly connection: Connection;
  readonly vhost: VirtualHost;
  readonly consumers = new Map<string, ChannelConsumer>();
  readonly unacked = new Unacked();
  confirms: Confirms | undefined;
  /** basic.qos: for each new consumer, and for all of the channel together; 0: no limit. */
  consumerPrefetch = 0;
  channelPrefetch = 0;
  /** The queue that an empty name stands for. */
  lastQueue: string | undefined;
  /** The direct reply-to address of this channel and the tag of its consumer. */
  reply: { readonly tag: string; readonly address: string } | undefined;
  #deliveryTag = 0;
  #closing = false;
  readonly #assembly: ContentAssembly;

  constructor(number: number, connection: Connection) {
    this.number = number;
    this.connection = connection;
    this.vhost = connection.session.vhost;
    this.#assembly = new ContentAssembly(connection.broker);
  }

  get canDeliver(): boolean {
    return !this.#closing && !this.connection.output.congested;
  }

  get hasPrefetchRoom(): boolean {
    return (
      (this.channelPrefetch === 0 || this.unacked.consumed < this.channelPrefetch) &&
      this.unacked.size < this.connection.broker.options.maxUnacked
    );
  }

  send<N extends MethodName>(name: N, values: MethodArguments<N>, content?: Content): void {
    this.connection.send(this.number, name, values, content);
  }

  /** Takes a frame. An error of the channel closes it here, one of the connection is returned. */
  frame(type: number, payload: Buffer): Failure | undefined {
    let method: Method | undefined;
    try {
      if (type === frameType.method) {
        method = readMethod(payload);
        this.#method(method);
      } else if (!this.#closing) {
        method = this.#assembly.method;
        this.#content(type, payload);
      }
    } catch (error) {
      const known = AmqpError.from(error);
      if (known.scope === "connection") return { error: known, cause: method };
      this.#close(known, method);
    }
    return undefined;
  }

  deliver(consumer: ChannelConsumer, entry: QueuedMessage): void {
    const deliveryTag = this.track(entry, consumer.queue, consumer.noAck, consumer);
    const message = consumer.queue.outgoing(entry);
    const { exchange, routingKey } = message;
    const redelivered = entry.redelivered;
    this.send("basic.deliver", { consumerTag: consumer.tag, deliveryTag, redelivered, exchange, routingKey }, message);
  }

  /** Numbers a delivery; it is settled at once where nobody will acknowledge it. */
  track(entry: QueuedMessage, queue: ChannelConsumer["queue"], noAck: boolean, consumer?: ChannelConsumer): number {
    const tag = ++this.#deliveryTag;
    if (noAck) queue.settle(entry);
    else this.unacked.add({ tag, queue, entry, consumer });
    return tag;
  }

  /** A direct reply, past all queues; lost where the client has long stopped reading. */
  deliverReply(message: Message): void {
    if (this.reply === undefined || this.connection.output.hopeless) return;
    const deliveryTag = ++this.#deliveryTag;
    const { exchange, routingKey } = message;
    this.send(
      "basic.deliver",
      { consumerTag: this.reply.tag, deliveryTag, redelivered: false, exchange, routingKey },
      message,
    );
  }

  /** Opens the direct reply-to address of this channel. */
  openReply(tag: string): void {
    const address = `${replyTo}.${randomBytes(18).toString("base64url")}`;
    this.reply = { tag, address };
    this.connection.broker.replyConsumers.set(address, this);
  }

  closeReply(): void {
    if (this.reply !== undefined) this.connection.broker.replyConsumers.delete(this.reply.address);
    this.reply = undefined;
  }

  /** The consumer's queue is gone: the client is told if it understands that. */
  consumerCancelled(consumer: ChannelConsumer): void {
    this.consumers.delete(consumer.tag);
    if (this.connection.can("consumer_cancel_notify")) {
      this.send("basic.cancel", { consumerTag: consumer.tag, nowait: true });
    }
  }

  wakeConsumers(): void {
    for (const consumer of [...this.consumers.values()]) consumer.wake();
  }

  flushConfirms(): void {
    this.confirms?.flush();
  }

  removeConsumers(): void {
    this.#closing = true;
    const consumers = [...this.consumers.values()];
    this.consumers.clear();
    for (const consumer of consumers) consumer.queue.removeConsumer(consumer);
  }

  /** Gives back what the channel holds. */
  release(): void {
    this.closeReply();
    this.#assembly.reset();
    requeue(this.unacked.takeAll());
  }

  #method(method: Method): void {
    if (method.name === "channel.close" || (method.name === "channel.close-ok" && this.#closing))
      return this.#closed(method);
    // After an error the client may still be sending: all is dropped until it has seen the close.
    if (this.#closing) return;
    this.#assembly.expectMethod();
    if (method.name === "basic.publish") {
      if (method.immediate) throw new AmqpError("NOT_IMPLEMENTED", "immediate=true");
      this.#assembly.begin(method);
      return;
    }
    const handle = handlers[method.name] as ((channel: Channel, method: Method) => void) | undefined;
    if (handle === undefined) throw notImplemented(method);
    handle(this, method);
  }

  #content(type: number, payload: Buffer): void {
    const content = type === frameType.header ? this.#assembly.header(payload) : this.#assembly.body(payload);
    if (content === undefined) return;
    publish(this, content.method, content);
    // Only now: were its bytes given back before the queues count them, publishers would be let go for that moment.
    this.#assembly.reset();
    if (this.connection.broker.memory.over) this.connection.holdBack();
  }

  #closed(method: MethodOf<"channel.close" | "channel.close-ok">): void {
    this.flushConfirms();
    if (!this.#closing) this.removeConsumers();
    this.release();
    if (method.name === "channel.close") this.send("channel.close-ok", {});
    this.connection.channels.delete(this.number);
  }

  #close(error: AmqpError, cause: Method | undefined): void {
    this.flushConfirms();
    this.removeConsumers();
    this.release();
    this.send("channel.close", {
      replyCode: error.replyCode,
      replyText: error.message,
      ...blamed(error, cause),
    });
  }
}

function notImplemented(method: Method): AmqpError {
  if (method.name.startsWith("tx.")) {
    return new AmqpError("NOT_IMPLEMENTED", "transactions are not implemented: use publisher confirms");
  }
  return new AmqpError("COMMAND_INVALID", "unimplemented method");
}
