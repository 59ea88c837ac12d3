import { type Fields, type Kind, type Method, methodNamed, PROPERTIES } from "./raw-methods.ts";

/** A table value with its wire type spelt out, for the types that a plain JavaScript value cannot name. */
export interface Typed {
  tag: string;
  value: unknown;
}

export const typed = (tag: string, value: unknown): Typed => ({ tag, value });

const isTyped = (value: object): value is Typed => "tag" in value && "value" in value;

const fixed = (bytes: number, write: (buffer: Buffer) => void): Buffer => {
  const buffer = Buffer.alloc(bytes);
  write(buffer);
  return buffer;
};

export const octet = (value: number): Buffer => Buffer.from([value]);
export const short = (value: number): Buffer => fixed(2, (buffer) => buffer.writeUInt16BE(value));
export const long = (value: number): Buffer => fixed(4, (buffer) => buffer.writeUInt32BE(value));
export const longlong = (value: number): Buffer => fixed(8, (buffer) => buffer.writeBigUInt64BE(BigInt(value)));
const asBuffer = (value: unknown): Buffer => (Buffer.isBuffer(value) ? value : Buffer.from(String(value)));
export const shortstr = (value: unknown): Buffer => Buffer.concat([octet(asBuffer(value).length), asBuffer(value)]);
export const longstr = (value: unknown): Buffer => Buffer.concat([long(asBuffer(value).length), asBuffer(value)]);

const SCALARS: Record<string, (value: unknown) => Buffer> = {
  t: (value) => octet(value ? 1 : 0),
  b: (value) => fixed(1, (buffer) => buffer.writeInt8(Number(value))),
  B: (value) => octet(Number(value)),
  s: (value) => fixed(2, (buffer) => buffer.writeInt16BE(Number(value))),
  u: (value) => short(Number(value)),
  I: (value) => fixed(4, (buffer) => buffer.writeInt32BE(Number(value))),
  i: (value) => long(Number(value)),
  l: (value) => fixed(8, (buffer) => buffer.writeBigInt64BE(BigInt(Number(value)))),
  f: (value) => fixed(4, (buffer) => buffer.writeFloatBE(Number(value))),
  d: (value) => fixed(8, (buffer) => buffer.writeDoubleBE(Number(value))),
  D: (value) => Buffer.concat([octet(2), long(Number(value))]),
  S: longstr,
  x: longstr,
  A: (value) => longstr(Buffer.concat((value as unknown[]).map(encodeValue))),
  T: (value) => longlong(Number(value)),
  F: (value) => encodeTable(value as Fields),
  V: () => Buffer.alloc(0),
};

function tagFor(value: unknown): string {
  if (value === null || value === undefined) return "V";
  if (typeof value === "boolean") return "t";
  if (typeof value === "number") return Number.isInteger(value) ? "I" : "d";
  if (typeof value === "string") return "S";
  if (Buffer.isBuffer(value)) return "x";
  return Array.isArray(value) ? "A" : "F";
}

function encodeValue(value: unknown): Buffer {
  const { tag, value: plain } =
    typeof value === "object" && value !== null && isTyped(value) ? value : typed(tagFor(value), value);
  const encode = SCALARS[tag];
  // A tag that does not exist is a probe's way to ask what the server does with one.
  return Buffer.concat([Buffer.from(tag), encode ? encode(plain) : Buffer.alloc(0)]);
}

export function encodeTable(table: Fields): Buffer {
  return longstr(Buffer.concat(Object.entries(table).flatMap(([key, value]) => [shortstr(key), encodeValue(value)])));
}

function encodeField(kind: Kind, value: unknown): Buffer {
  switch (kind) {
    case "octet":
      return octet(Number(value ?? 0));
    case "short":
      return short(Number(value ?? 0));
    case "long":
      return long(Number(value ?? 0));
    case "longlong":
    case "timestamp":
      return longlong(Number(value ?? 0));
    case "shortstr":
      return shortstr(value ?? "");
    case "longstr":
      return longstr(value ?? "");
    case "table":
      return encodeTable((value ?? {}) as Fields);
    case "bit":
      throw new Error("bits are packed by their method");
  }
}

function encodeArguments(method: Method, values: Fields): Buffer {
  const parts: Buffer[] = [];
  let bits: boolean[] = [];
  const flush = () => {
    if (bits.length) parts.push(octet(bits.reduce((sum, bit, index) => sum | (bit ? 1 << index : 0), 0)));
    bits = [];
  };
  for (const [name, kind] of method.fields) {
    if (kind === "bit") {
      bits.push(Boolean(values[name]));
      continue;
    }
    flush();
    parts.push(encodeField(kind, values[name]));
  }
  flush();
  return Buffer.concat(parts);
}

export function encodeFrame(type: number, channel: number, payload: Buffer, end = 0xce): Buffer {
  return Buffer.concat([octet(type), short(channel), long(payload.length), payload, octet(end)]);
}

export function encodeMethod(channel: number, name: string, values: Fields = {}): Buffer {
  const method = methodNamed(name);
  const payload = [short(method.classId), short(method.methodId), encodeArguments(method, values)];
  return encodeFrame(1, channel, Buffer.concat(payload));
}

export function encodeHeader(channel: number, size: number, values: Fields = {}, classId = 60, weight = 0): Buffer {
  let flags = 0;
  const parts: Buffer[] = [];
  PROPERTIES.forEach(([name, kind], index) => {
    if (values[name] === undefined) return;
    flags |= 1 << (15 - index);
    parts.push(encodeField(kind, values[name]));
  });
  return encodeFrame(
    2,
    channel,
    Buffer.concat([short(classId), short(weight), longlong(size), short(flags), ...parts]),
  );
}

export const encodeBody = (channel: number, body: string | Buffer): Buffer => encodeFrame(3, channel, asBuffer(body));
