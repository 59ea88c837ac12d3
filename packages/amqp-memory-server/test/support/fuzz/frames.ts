import { ByteWriter } from "../../../src/codec/bytes.ts";
import { type MethodArguments, type MethodName, writeMethod } from "../../../src/codec/method-codec.ts";
import { type FieldType, methodTable } from "../../../src/codec/methods.ts";
import type { Random } from "./random.ts";
import { brokenTable, randomTable } from "./tables.ts";

const methodNames = Object.keys(methodTable) as MethodName[];
/** Few names, so that methods meet what others have made; none of them is anybody else's. */
const names = [
  "",
  "fuzz-1",
  "fuzz-2",
  "fuzz-3",
  "amq.direct",
  "amq.topic",
  "amq.headers",
  "amq.rabbitmq.reply-to",
  "a.b.c",
];
const tags = ["", "tag-1", "tag-2"];
const types = ["direct", "fanout", "topic", "headers", "x-unknown", ""];

/** A frame with whatever type, size and end it is given. */
export function frame(type: number, channel: number, payload: Buffer, size = payload.length, end = 0xce): Buffer {
  const writer = new ByteWriter(payload.length + 8);
  writer.uint8(type);
  writer.uint16(channel);
  writer.uint32(size);
  writer.bytes(payload);
  writer.uint8(end);
  return Buffer.from(writer.written());
}

/** Any method with any arguments, well formed. */
export function randomMethod(random: Random, channel: number): Buffer {
  return method(random.pick(methodNames), random, channel);
}

function method(name: MethodName, random: Random, channel: number): Buffer {
  const fields = Object.entries(methodTable[name][2]) as [string, FieldType][];
  const values = Object.fromEntries(fields.map(([field, type]) => [field, value(random, field, type)]));
  const writer = new ByteWriter();
  writeMethod(writer, name, values as MethodArguments<typeof name>);
  return frame(1, channel, Buffer.from(writer.written()));
}

function value(random: Random, field: string, type: FieldType) {
  switch (type) {
    case "bit":
      return random.chance(0.2);
    case "octet":
      return random.unsigned(8);
    case "short":
      return random.unsigned(16);
    case "long":
      return field === "prefetchSize" && random.chance(0.9) ? 0 : random.unsigned(32);
    case "longlong":
      return random.chance(0.8) ? random.below(6) : random.unsigned(32) * 2 ** 20;
    case "table":
      return random.chance(0.5) ? new Map() : randomTable(random);
    default:
      if (random.chance(0.03)) return random.bytes(255).toString("latin1");
      return random.pick(field === "consumerTag" ? tags : field === "type" ? types : names);
  }
}

/** What a client is likely to do, so that sessions get beyond their first mistake. */
export function likelyMethod(random: Random, channel: number): Buffer {
  const name = random.pick([
    "queue.declare",
    "queue.declare",
    "exchange.declare",
    "queue.bind",
    "exchange.bind",
    "basic.consume",
    "basic.get",
    "basic.ack",
    "basic.nack",
    "basic.qos",
    "confirm.select",
    "queue.delete",
    "queue.purge",
    "basic.recover",
    "basic.cancel",
    "channel.close",
    "channel.open",
    "channel.close-ok",
  ] as const);
  return method(name, random, channel);
}

/** A publish, more or less as it should be. */
export function randomContent(random: Random, channel: number): Buffer {
  const body = random.bytes(random.below(300));
  const announced = random.chance(0.85) ? body.length : random.unsigned(32);
  const pieces = [method("basic.publish", random, channel), header(random, channel, announced)];
  for (let from = 0; from < body.length; from += 100) pieces.push(frame(3, channel, body.subarray(from, from + 100)));
  if (random.chance(0.1)) pieces.splice(random.below(pieces.length), 1);
  if (random.chance(0.05)) pieces.push(frame(3, channel, Buffer.alloc(0)));
  return Buffer.concat(pieces);
}

function header(random: Random, channel: number, bodySize: number): Buffer {
  const writer = new ByteWriter();
  writer.uint16(random.chance(0.95) ? 60 : random.unsigned(16));
  writer.uint16(random.chance(0.95) ? 0 : random.unsigned(16));
  writer.uint64(bodySize);
  writer.bytes(random.pick([plainProperties, headers, anyProperties])(random));
  return frame(2, channel, Buffer.from(writer.written()));
}

const plainProperties = (): Buffer => Buffer.alloc(2);
const anyProperties = (random: Random): Buffer => random.bytes(random.below(40));

function headers(random: Random): Buffer {
  if (random.chance(0.2)) return Buffer.concat([Buffer.from([0x20, 0x00]), brokenTable(random)]);
  const writer = new ByteWriter();
  writer.uint16(1 << 13);
  // A table is written as the last argument of a method: take it from there.
  const bind = new ByteWriter();
  writeMethod(bind, "queue.bind", {
    queue: "",
    exchange: "",
    routingKey: "",
    nowait: false,
    arguments: randomTable(random),
  });
  writer.bytes(Buffer.from(bind.written().subarray(10)));
  return writer.written();
}

/** A method whose table is broken. */
export function brokenMethod(random: Random, channel: number): Buffer {
  const whole = method(
    random.pick(["queue.declare", "queue.bind", "basic.consume", "exchange.declare"]),
    random,
    channel,
  );
  return frame(1, channel, Buffer.concat([whole.subarray(7, whole.length - 1 - random.below(6)), brokenTable(random)]));
}

/** A frame that is none. */
export function brokenFrame(random: Random, channel: number): Buffer {
  const payload = random.bytes(random.below(50));
  switch (random.below(4)) {
    case 0:
      return frame(random.below(256), random.unsigned(16), payload);
    case 1:
      return frame(random.pick([1, 2, 3, 8]), channel, payload, random.unsigned(32));
    case 2:
      return frame(random.pick([1, 2, 3, 8]), channel, payload, payload.length, random.below(256));
    default:
      return random.bytes(1 + random.below(200));
  }
}

/** Cuts a valid stream into its protocol header and frames. */
export function framesOf(stream: Buffer): Buffer[] {
  const pieces = [stream.subarray(0, 8)];
  for (let at = 8; at < stream.length; ) {
    const end = at + 8 + stream.readUInt32BE(at + 3);
    pieces.push(stream.subarray(at, end));
    at = end;
  }
  return pieces;
}
