import { binary, octets } from "../erlang.ts";
import { AmqpError, type MethodId } from "../errors.ts";
import { ByteReader, type ByteWriter } from "./bytes.ts";
import { readTable, type Table, writeTable } from "./fields.ts";
import { type FieldType, methodTable } from "./methods.ts";

export type MethodName = keyof typeof methodTable;
type FieldsOf<N extends MethodName> = (typeof methodTable)[N][2];
type ValueOf<T> = T extends "bit"
  ? boolean
  : T extends "shortstr" | "longstr"
    ? string
    : T extends "table"
      ? Table
      : number;

/** The fields of one method as they go out; reserved ones are filled in. */
export type MethodArguments<N extends MethodName> = {
  -readonly [F in keyof FieldsOf<N> as F extends `reserved${string}` ? never : F]: ValueOf<FieldsOf<N>[F]>;
};
/** A method as it came in. */
export type MethodOf<N extends MethodName> = {
  readonly name: N;
  readonly id: MethodId;
} & {
  readonly [F in keyof FieldsOf<N>]: ValueOf<FieldsOf<N>[F]>;
};
export type Method = { [N in MethodName]: MethodOf<N> }[MethodName];
type Value = boolean | number | string | Table;
type Fields = Record<string, Value | MethodId>;

const frameMethod = 1;

interface Layout {
  readonly name: MethodName;
  readonly id: MethodId;
  readonly fields: readonly (readonly [name: string, type: FieldType])[];
}

const layouts = new Map<MethodName, Layout>();
const layoutsById = new Map<number, Layout>();
for (const [key, [classId, methodId, fields]] of Object.entries(methodTable)) {
  const layout = {
    name: key as MethodName,
    id: { classId, methodId },
    fields: Object.entries(fields) as [string, FieldType][],
  };
  layouts.set(layout.name, layout);
  layoutsById.set((classId << 16) | methodId, layout);
}

/** Reads a method frame's payload: all of it, no less and no more. Throws NOT_IMPLEMENTED for ids nobody knows, else FRAME_ERROR. */
export function readMethod(payload: Buffer): Method {
  if (payload.length < 4) throw new AmqpError("FRAME_ERROR", `${octets(frameMethod, payload)}: unknown_frame`);
  const reader = new ByteReader(payload);
  const classId = reader.uint16();
  const methodId = reader.uint16();
  const layout = layoutsById.get((classId << 16) | methodId);
  if (layout === undefined) {
    throw new AmqpError("NOT_IMPLEMENTED", `there is no method ${methodId} in class ${classId}`);
  }
  const method: Fields = { name: layout.name, id: layout.id };
  try {
    readFields(reader, layout, method);
    if (reader.remaining > 0) throw new AmqpError("SYNTAX_ERROR", "bytes follow the last field");
  } catch (error) {
    if (!(error instanceof AmqpError)) throw error;
    const detail = `cannot decode ${binary(payload.subarray(4))}`;
    throw new AmqpError("FRAME_ERROR", detail, { method: layout.id });
  }
  return method as unknown as Method;
}

function readFields(reader: ByteReader, layout: Layout, method: Fields): void {
  let bits = 0;
  let bit = 8;
  for (const [field, type] of layout.fields) {
    if (type === "bit") {
      if (bit === 8) {
        bits = reader.uint8();
        bit = 0;
      }
      method[field] = ((bits >> bit++) & 1) === 1;
    } else {
      bit = 8;
      method[field] = readValue(reader, type);
    }
  }
}

function readValue(reader: ByteReader, type: Exclude<FieldType, "bit">): Value {
  switch (type) {
    case "octet":
      return reader.uint8();
    case "short":
      return reader.uint16();
    case "long":
      return reader.uint32();
    case "longlong":
      return reader.uint64();
    case "shortstr":
      return reader.shortstr();
    case "longstr":
      return reader.longstr();
    case "table":
      return readTable(reader);
  }
}

/** Writes a method frame's payload: ids, then fields; consecutive bits share an octet. */
export function writeMethod<N extends MethodName>(writer: ByteWriter, name: N, values: MethodArguments<N>): void {
  const layout = layouts.get(name) as Layout;
  writer.uint16(layout.id.classId);
  writer.uint16(layout.id.methodId);
  let bits = 0;
  let bit = 0;
  for (const [field, type] of layout.fields) {
    const value = (values as Record<string, Value | undefined>)[field];
    if (type === "bit") {
      if (value) bits |= 1 << bit;
      bit++;
    } else {
      if (bit > 0) writer.uint8(bits);
      bits = bit = 0;
      writeValue(writer, type, value);
    }
  }
  if (bit > 0) writer.uint8(bits);
}

function writeValue(writer: ByteWriter, type: Exclude<FieldType, "bit">, value: Value | undefined): void {
  switch (type) {
    case "octet":
      return writer.uint8((value as number | undefined) ?? 0);
    case "short":
      return writer.uint16((value as number | undefined) ?? 0);
    case "long":
      return writer.uint32((value as number | undefined) ?? 0);
    case "longlong":
      return writer.uint64((value as number | undefined) ?? 0);
    case "shortstr":
      return writer.shortstr((value as string | undefined) ?? "");
    case "longstr":
      return writer.longstr((value as string | undefined) ?? "");
    case "table":
      return writeTable(writer, (value as Table | undefined) ?? new Map());
  }
}
