import { array, bool, longstr, table } from "../../src/codec/fields.ts";
import { encode, encodeHello } from "./wire-client.ts";

/** What clients say from beginning to end, as bytes: parts that follow each other without waiting for an answer. */
const none = new Map();
const open = (channel: number) => encode(channel, "channel.open", {});
const goodbye = encode(0, "connection.close", { replyCode: 200, replyText: "done", classId: 0, methodId: 0 });
const confirm = (channel: number) => encode(channel, "confirm.select", { nowait: false });

function declare(channel: number, queue: string, args = none): Buffer {
  const flags = { passive: false, durable: true, exclusive: false, autoDelete: false, nowait: false };
  return encode(channel, "queue.declare", { queue, ...flags, arguments: args });
}
function consume(channel: number, queue: string, noAck: boolean): Buffer {
  const flags = { noLocal: false, noAck, exclusive: false, nowait: false };
  return encode(channel, "basic.consume", { queue, consumerTag: `of-${queue}`, ...flags, arguments: none });
}
function publish(channel: number, routingKey: string, body: string | Buffer, properties?: Buffer): Buffer {
  const target = { exchange: "", routingKey, mandatory: true, immediate: false };
  return encode(channel, "basic.publish", target, { body, properties });
}
const ack = (channel: number, deliveryTag: number, multiple = false) =>
  encode(channel, "basic.ack", { deliveryTag, multiple });
const get = (channel: number, queue: string) => encode(channel, "basic.get", { queue, noAck: false });

const persistent = Buffer.from([0x10, 0x00, 2]);
const expiring = Buffer.from([0x01, 0x00, 6, ...Buffer.from("360000")]);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const session = (...parts: Buffer[]): Buffer => Buffer.concat([encodeHello(), ...parts]);

export const sessions: Record<string, Buffer> = {
  "messages of many sizes are published with confirms, consumed and acknowledged": session(
    open(1),
    open(2),
    confirm(1),
    declare(1, "work"),
    encode(2, "basic.qos", { prefetchSize: 0, prefetchCount: 3, global: false }),
    consume(2, "work", false),
    ...range(20).map((index) => publish(1, "work", Buffer.alloc(index * index * 3, index), persistent)),
    ...range(15).map((index) => ack(2, index + 1)),
    encode(2, "basic.nack", { deliveryTag: 18, multiple: true, requeue: true }),
    ack(2, 21, true),
    publish(1, "nowhere", "comes back"),
    encode(0, "connection.update-secret", { newSecret: "s", reason: "r" }),
    goodbye,
  ),
  "exchanges, bindings and headers are made, used and taken apart": session(
    open(1),
    declare(1, "a"),
    declare(1, "b", new Map([["x-max-length", { type: "signedint", value: 2 } as const]])),
    ...["direct", "topic", "headers"].map((type) => {
      const flags = { passive: false, durable: false, autoDelete: false, internal: false, nowait: type === "direct" };
      return encode(1, "exchange.declare", { exchange: `of-${type}`, type, ...flags, arguments: none });
    }),
    encode(1, "exchange.bind", {
      destination: "of-topic",
      source: "of-direct",
      routingKey: "one.two",
      nowait: false,
      arguments: none,
    }),
    ...["*.two", "#", "three"].map((routingKey) =>
      encode(1, "queue.bind", { queue: "b", exchange: "of-topic", routingKey, nowait: false, arguments: none }),
    ),
    encode(1, "queue.bind", {
      queue: "a",
      exchange: "of-headers",
      routingKey: "",
      nowait: false,
      arguments: new Map([["deep", table([["list", array([longstr("x"), bool(true), { type: "void" }])]])]]),
    }),
    ...range(4).map((index) =>
      encode(
        1,
        "basic.publish",
        { exchange: "of-direct", routingKey: "one.two", mandatory: false, immediate: false },
        { body: `number ${index}`, properties: expiring },
      ),
    ),
    get(1, "b"),
    get(1, "b"),
    get(1, "b"),
    ack(1, 0, true),
    encode(1, "queue.unbind", { queue: "b", exchange: "of-topic", routingKey: "#", arguments: none }),
    encode(1, "queue.purge", { queue: "b", nowait: false }),
    encode(1, "exchange.delete", { exchange: "of-topic", ifUnused: true, nowait: false }),
    goodbye,
  ),
  "a channel is closed for an error, what follows on it is dropped, and it is opened anew": session(
    open(1),
    open(7),
    confirm(7),
    declare(7, "kept"),
    publish(7, "kept", "before"),
    get(1, "missing"),
    publish(1, "kept", "dropped with its channel"),
    get(1, "kept"),
    publish(7, "kept", "on the other channel"),
    encode(1, "channel.close-ok", {}),
    open(1),
    get(1, "kept"),
    encode(1, "channel.close", { replyCode: 200, replyText: "", classId: 0, methodId: 0 }),
    goodbye,
  ),
  "the connection is closed for an error, and what was on its way is dropped": session(
    open(1),
    declare(1, "kept"),
    publish(1, "kept", "before"),
    get(1, "kept"),
    encode(9, "basic.get", { queue: "on a channel that is not open", noAck: true }),
    publish(1, "kept", "too late"),
    encode(0, "connection.close-ok", {}),
  ),
};
