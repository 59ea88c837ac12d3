import { AmqpError } from "../errors.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { emptyTable, type Field, readTable, type Table, writeTable } from "./fields.ts";

/** The basic class's properties in flag order: bit 15 first. */
const layout = [
  ["contentType", "shortstr"],
  ["contentEncoding", "shortstr"],
  ["headers", "table"],
  ["deliveryMode", "octet"],
  ["priority", "octet"],
  ["correlationId", "shortstr"],
  ["replyTo", "shortstr"],
  ["expiration", "shortstr"],
  ["messageId", "shortstr"],
  ["timestamp", "longlong"],
  ["type", "shortstr"],
  ["userId", "shortstr"],
  ["appId", "shortstr"],
  ["clusterId", "shortstr"],
] as const;

/** Those that the server itself reads; the others pass through untouched. */
export interface Properties {
  headers: Table;
  deliveryMode?: number;
  priority?: number;
  replyTo?: string;
  expiration?: string;
  userId?: string;
}
type Changes = { headers?: Table; replyTo?: string; expiration?: undefined };

interface Span {
  readonly name: (typeof layout)[number][0];
  readonly from: number;
  readonly to: number;
}

/**
 * Reads the server's share of a raw property list (flags and values, as in a content header).
 * Messages keep the raw bytes: most are forwarded without being decoded further.
 * @throws AmqpError SYNTAX_ERROR for a list that is longer or shorter than its flags say
 */
export function readProperties(raw: Buffer): Properties {
  const properties: Properties = { headers: emptyTable };
  eachProperty(raw, (name, reader) => {
    switch (name) {
      case "headers":
        properties.headers = readTable(reader);
        break;
      case "deliveryMode":
      case "priority":
        properties[name] = reader.uint8();
        break;
      case "replyTo":
      case "expiration":
      case "userId":
        properties[name] = reader.shortstr();
        break;
      default:
        return false;
    }
    return true;
  });
  return properties;
}

/** The same list with some properties replaced, added or (where undefined) left out; all else byte for byte. */
export function changeProperties(raw: Buffer, changes: Changes): Buffer {
  const spans = new Map<string, Span>();
  eachProperty(raw, (name, reader) => {
    const from = reader.offset;
    skip(name, reader);
    spans.set(name, { name, from, to: reader.offset });
    return true;
  });
  const writer = new ByteWriter(raw.length + 64);
  writer.uint16(0);
  let flags = 0;
  for (const [index, [name]] of layout.entries()) {
    const span = spans.get(name);
    if (name in changes) {
      const value = changes[name as keyof Changes];
      if (value === undefined) continue;
      if (typeof value === "string") writer.shortstr(value);
      else writeTable(writer, value);
    } else if (span !== undefined) {
      writer.bytes(raw.subarray(span.from, span.to));
    } else continue;
    flags |= 1 << (15 - index);
  }
  writer.buffer.writeUInt16BE(flags, 0);
  return Buffer.from(writer.written());
}

/** Calls `visit` at each property that is present; where it does not read the value (false), skips it. */
function eachProperty(raw: Buffer, visit: (name: Span["name"], reader: ByteReader) => boolean): void {
  const reader = new ByteReader(raw);
  const flags = reader.uint16();
  for (let index = 0; index < layout.length; index++) {
    if ((flags & (1 << (15 - index))) === 0) continue;
    const name = (layout[index] as (typeof layout)[number])[0];
    if (!visit(name, reader)) skip(name, reader);
  }
  if (reader.remaining > 0) throw new AmqpError("SYNTAX_ERROR", "bytes follow the last property");
}

function skip(name: Span["name"], reader: ByteReader): void {
  switch (name) {
    case "headers":
      reader.take(reader.uint32());
      break;
    case "deliveryMode":
    case "priority":
      reader.take(1);
      break;
    case "timestamp":
      reader.take(8);
      break;
    default:
      reader.take(reader.uint8());
  }
}

/** The headers with some replaced or added. */
export function withHeaders(headers: Table, changes: Iterable<readonly [string, Field]>): Table {
  return new Map([...headers, ...changes]);
}
