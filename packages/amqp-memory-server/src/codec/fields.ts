import { AmqpError } from "../errors.ts";
import { ByteReader, type ByteWriter } from "./bytes.ts";

/**
 * A value in a field table, with its wire type kept: a header is forwarded as it came, arguments are compared and
 * reported by type. The letters are RabbitMQ's (its errata to the 0-9-1 grammar), the names its Erlang type names.
 */
export type Field =
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: IntegerType; readonly value: number }
  | { readonly type: "long" | "timestamp"; readonly value: bigint }
  | { readonly type: "float" | "double"; readonly value: number }
  | { readonly type: "decimal"; readonly scale: number; readonly value: number }
  | { readonly type: "longstr" | "binary"; readonly value: string }
  | { readonly type: "array"; readonly value: readonly Field[] }
  | { readonly type: "table"; readonly value: Table }
  | { readonly type: "void" };

type IntegerType = "byte" | "unsignedbyte" | "short" | "unsignedshort" | "signedint" | "unsignedint";
export type Table = ReadonlyMap<string, Field>;

export const emptyTable: Table = new Map();

/** Tables nest; a hostile client must not choose how deep our stack goes. */
const maxDepth = 64;

export const longstr = (value: string): Field => ({ type: "longstr", value });
export const long = (value: number): Field => ({ type: "long", value: BigInt(value) });
export const bool = (value: boolean): Field => ({ type: "bool", value });
export const table = (entries: Iterable<readonly [string, Field]>): Field => ({
  type: "table",
  value: new Map(entries),
});
export const array = (value: readonly Field[]): Field => ({ type: "array", value });

export function readTable(reader: ByteReader, depth = 0): Table {
  const size = reader.uint32();
  if (size === 0) return emptyTable;
  if (depth > maxDepth) throw new AmqpError("SYNTAX_ERROR", `a table nests deeper than ${maxDepth} levels`);
  const inner = new ByteReader(reader.buffer, reader.take(size), reader.offset);
  const entries = new Map<string, Field>();
  while (inner.remaining > 0) entries.set(inner.shortstr(), readField(inner, depth + 1));
  return entries;
}

function readField(reader: ByteReader, depth: number): Field {
  const letter = String.fromCharCode(reader.uint8());
  switch (letter) {
    case "t":
      return { type: "bool", value: reader.uint8() !== 0 };
    case "b":
      return { type: "byte", value: (reader.uint8() << 24) >> 24 };
    case "B":
      return { type: "unsignedbyte", value: reader.uint8() };
    case "s":
      return { type: "short", value: (reader.uint16() << 16) >> 16 };
    case "u":
      return { type: "unsignedshort", value: reader.uint16() };
    case "I":
      return { type: "signedint", value: reader.uint32() | 0 };
    case "i":
      return { type: "unsignedint", value: reader.uint32() };
    case "l":
      return { type: "long", value: reader.buffer.readBigInt64BE(reader.take(8)) };
    case "T":
      return { type: "timestamp", value: reader.buffer.readBigUInt64BE(reader.take(8)) };
    case "f":
      return { type: "float", value: reader.buffer.readFloatBE(reader.take(4)) };
    case "d":
      return { type: "double", value: reader.buffer.readDoubleBE(reader.take(8)) };
    case "D":
      return { type: "decimal", scale: reader.uint8(), value: reader.uint32() };
    case "S":
      return { type: "longstr", value: reader.longstr() };
    case "x":
      return { type: "binary", value: reader.longstr() };
    case "A":
      return { type: "array", value: readArray(reader, depth) };
    case "F":
      return { type: "table", value: readTable(reader, depth) };
    case "V":
      return { type: "void" };
    default:
      throw new AmqpError("SYNTAX_ERROR", `unknown field type ${JSON.stringify(letter)} in a table`);
  }
}

function readArray(reader: ByteReader, depth: number): Field[] {
  const size = reader.uint32();
  if (depth > maxDepth) throw new AmqpError("SYNTAX_ERROR", `a table nests deeper than ${maxDepth} levels`);
  const inner = new ByteReader(reader.buffer, reader.take(size), reader.offset);
  const values: Field[] = [];
  while (inner.remaining > 0) values.push(readField(inner, depth + 1));
  return values;
}

export function writeTable(writer: ByteWriter, entries: Table): void {
  writeSized(writer, () => {
    for (const [name, field] of entries) {
      writer.shortstr(name);
      writeField(writer, field);
    }
  });
}

function writeField(writer: ByteWriter, field: Field): void {
  const letter = (code: string): void => writer.uint8(code.charCodeAt(0));
  switch (field.type) {
    case "bool":
      letter("t");
      return writer.uint8(field.value ? 1 : 0);
    case "byte":
      letter("b");
      return writer.uint8(field.value & 0xff);
    case "unsignedbyte":
      letter("B");
      return writer.uint8(field.value);
    case "short":
      letter("s");
      return writer.uint16(field.value & 0xffff);
    case "unsignedshort":
      letter("u");
      return writer.uint16(field.value);
    case "signedint":
      letter("I");
      return writer.uint32(field.value >>> 0);
    case "unsignedint":
      letter("i");
      return writer.uint32(field.value);
    case "long":
    case "timestamp":
      letter(field.type === "long" ? "l" : "T");
      writer.ensure(8);
      writer.offset = writer.buffer.writeBigUInt64BE(BigInt.asUintN(64, field.value), writer.offset);
      return;
    case "float":
      letter("f");
      writer.ensure(4);
      writer.offset = writer.buffer.writeFloatBE(field.value, writer.offset);
      return;
    case "double":
      letter("d");
      writer.ensure(8);
      writer.offset = writer.buffer.writeDoubleBE(field.value, writer.offset);
      return;
    case "decimal":
      letter("D");
      writer.uint8(field.scale);
      return writer.uint32(field.value);
    case "longstr":
    case "binary":
      letter(field.type === "longstr" ? "S" : "x");
      return writer.longstr(field.value);
    case "array":
      letter("A");
      return writeSized(writer, () => {
        for (const value of field.value) writeField(writer, value);
      });
    case "table":
      letter("F");
      return writeTable(writer, field.value);
    case "void":
      return letter("V");
  }
}

/** Writes a 32-bit size, filled in once `body` has run. */
function writeSized(writer: ByteWriter, body: () => void): void {
  const at = writer.offset;
  writer.uint32(0);
  body();
  writer.buffer.writeUInt32BE(writer.offset - at - 4, at);
}

/** A whole number from a table, whatever its width; undefined for anything else. */
export function integer(field: Field | undefined): number | undefined {
  switch (field?.type) {
    case "byte":
    case "unsignedbyte":
    case "short":
    case "unsignedshort":
    case "signedint":
    case "unsignedint":
      return field.value;
    case "long":
    case "timestamp":
      return Number(field.value);
    default:
      return undefined;
  }
}

export function string(field: Field | undefined): string | undefined {
  return field?.type === "longstr" ? field.value : undefined;
}

/** Equal in kind and value; whole numbers compare by value across widths, as RabbitMQ compares them. */
export function sameField(a: Field | undefined, b: Field | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const [x, y] = [integer(a), integer(b)];
  if (x !== undefined || y !== undefined) return x === y;
  return canonical(a) === canonical(b);
}

/** A text that is equal for equal tables, whatever the order of their keys. */
export function canonicalTable(entries: Table): string {
  if (entries.size === 0) return "";
  return [...entries]
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`)
    .sort()
    .join(",");
}

function canonical(field: Field): string {
  switch (field.type) {
    case "table":
      return `{${canonicalTable(field.value)}}`;
    case "array":
      return `[${field.value.map(canonical).join(",")}]`;
    case "void":
      return "void";
    case "decimal":
      return `decimal ${field.value}/${field.scale}`;
    default:
      return `${field.type} ${JSON.stringify(String(field.value))}`;
  }
}
