import { type Fields, type Kind, methodWithId, PROPERTIES } from "./raw-methods.ts";

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
