import { type Kind, type Method, methodNamed, methodWithId, PROPERTIES } from "./raw-methods.ts";

export type Fields = Record<string, unknown>;

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

/** Reads fields off a payload. Table values come back as "tag value", so a probe sees the wire type as well. */
class Reader {
  private readonly buffer: Buffer;
  private at = 0;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  get done(): boolean {
    return this.at >= this.buffer.length;
  }

  bytes(count: number): Buffer {
    this.at += count;
    return this.buffer.subarray(this.at - count, this.at);
  }

  number(bytes: 1 | 2 | 4): number {
    return this.bytes(bytes).readUIntBE(0, bytes);
  }

  longlong(): number {
    return Number(this.bytes(8).readBigUInt64BE());
  }

  field(kind: Kind): unknown {
    if (kind === "octet" || kind === "bit") return this.number(1);
    if (kind === "short") return this.number(2);
    if (kind === "long") return this.number(4);
    if (kind === "longlong" || kind === "timestamp") return this.longlong();
    if (kind === "shortstr") return this.bytes(this.number(1)).toString();
    return kind === "longstr" ? this.bytes(this.number(4)).toString() : this.table();
  }

  table(): Fields {
    const inner = new Reader(this.bytes(this.number(4)));
    const table: Fields = {};
    while (!inner.done) {
      const key = inner.bytes(inner.number(1)).toString();
      table[key] = inner.value();
    }
    return table;
  }

  value(): unknown {
    const tag = this.bytes(1).toString();
    if (tag === "F") return this.table();
    if (tag === "A") {
      const inner = new Reader(this.bytes(this.number(4)));
      const values: unknown[] = [];
      while (!inner.done) values.push(inner.value());
      return values;
    }
    return tag === "V" ? "V" : `${tag} ${this.scalar(tag)}`;
  }

  private scalar(tag: string): unknown {
    if (tag === "S" || tag === "x") return this.bytes(this.number(4)).toString();
    if (tag === "t") return this.number(1) === 1;
    if (tag === "b") return this.bytes(1).readInt8();
    if (tag === "B") return this.number(1);
    if (tag === "s") return this.bytes(2).readInt16BE();
    if (tag === "u") return this.number(2);
    if (tag === "I") return this.bytes(4).readInt32BE();
    if (tag === "i") return this.number(4);
    if (tag === "l") return this.bytes(8).readBigInt64BE();
    if (tag === "T") return this.longlong();
    if (tag === "f") return this.bytes(4).readFloatBE();
    if (tag === "d") return this.bytes(8).readDoubleBE();
    if (tag === "D") return `${this.number(1)}:${this.number(4)}`;
    throw new Error(`the server sent a table value of unknown type ${tag}`);
  }
}

export function decodeMethod(payload: Buffer): { name: string; fields: Fields } {
  const reader = new Reader(payload);
  const classId = reader.number(2);
  const methodId = reader.number(2);
  const method = methodWithId(classId, methodId);
  if (!method) return { name: `unknown ${classId}.${methodId}`, fields: {} };
  const fields: Fields = {};
  let bit = 0;
  let octetOfBits = 0;
  for (const [name, kind] of method.fields) {
    if (kind !== "bit") {
      bit = 0;
      fields[name] = reader.field(kind);
      continue;
    }
    if (bit % 8 === 0) octetOfBits = reader.number(1);
    fields[name] = Boolean(octetOfBits & (1 << (bit % 8)));
    bit += 1;
  }
  return { name: method.name, fields };
}

export function decodeHeader(payload: Buffer): { size: number; properties: Fields } {
  const reader = new Reader(payload);
  reader.bytes(4);
  const size = reader.longlong();
  const flags = reader.number(2);
  const properties: Fields = {};
  PROPERTIES.forEach(([name, kind], index) => {
    if (flags & (1 << (15 - index))) properties[name] = reader.field(kind);
  });
  return { size, properties };
}
