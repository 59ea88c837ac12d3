import type { MessageTypeDefinition, PackageDefinition } from "@grpc/proto-loader";

/** A message's fields by name. */
export type MessageFields = ReadonlyMap<string, Field>;

export interface Field {
  readonly kind: "string" | "boolean" | "number" | "message" | "values";
  readonly repeated: boolean;
  /** Sent or not is the same as empty or not: in a request, what may not be left out. */
  readonly implicit: boolean;
  /** A number's bounds, where it is a whole one. */
  readonly range?: readonly [number, number];
  /** A message's own. */
  readonly fields?: MessageFields;
}

interface FieldDescriptor {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}
interface MessageDescriptor {
  readonly name: string;
  readonly field?: readonly FieldDescriptor[];
  readonly nestedType?: readonly MessageDescriptor[];
  readonly options?: { readonly mapEntry?: boolean } | null;
}
type AnyMessage = MessageTypeDefinition<object, object>;

const scalars: Readonly<Record<string, Pick<Field, "kind" | "range">>> = {
  TYPE_STRING: { kind: "string" },
  TYPE_BOOL: { kind: "boolean" },
  TYPE_DOUBLE: { kind: "number" },
  TYPE_INT32: { kind: "number", range: [-(2 ** 31), 2 ** 31 - 1] },
  TYPE_UINT32: { kind: "number", range: [0, 2 ** 32 - 1] },
  TYPE_INT64: { kind: "number", range: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] },
};

/**
 * @param scope where a name in the .proto is looked up first, such as `logs.LogService`
 * @throws Error for a type that no operation of this system needs so far
 */
export function fieldsOf(message: AnyMessage, definitions: PackageDefinition, scope: string): MessageFields {
  // An empty message has a value just for what proto3 cannot leave out.
  const empty = message.deserialize(Buffer.alloc(0)) as Record<string, unknown>;
  const { field = [], nestedType = [] } = message.type as MessageDescriptor;
  const maps = nestedType.filter(({ options }) => options?.mapEntry === true).map(({ name }) => name);
  return new Map(
    field.map(({ name, label, type, typeName }) => {
      const repeated = label === "LABEL_REPEATED";
      const implicit = !repeated && empty[name] !== undefined && empty[name] !== null;
      const scalar = scalars[type];
      if (scalar !== undefined) return [name, { ...scalar, repeated, implicit }];
      // A map is a list of entries; the one kind there is has texts, numbers and truths for values.
      if (type === "TYPE_MESSAGE" && maps.includes(typeName))
        return [name, { kind: "values", repeated: false, implicit: false }];
      // Only the health service has them, and that is answered by its library's own types.
      if (type === "TYPE_ENUM") return [name, { kind: "string", repeated, implicit }];
      if (type !== "TYPE_MESSAGE") throw new Error(`${scope}: ${name} has a type that is not known here: ${type}`);
      const inner = find(typeName, scope, definitions);
      const fields = inner === undefined ? new Map() : fieldsOf(inner, definitions, scope);
      return [name, { kind: "message", repeated, implicit, fields }];
    }),
  );
}

/** From the innermost scope outwards, as protobuf has it. */
function find(typeName: string, scope: string, definitions: PackageDefinition): AnyMessage | undefined {
  if (typeName.startsWith(".")) return definitions[typeName.slice(1)] as AnyMessage | undefined;
  const parts = scope.split(".");
  for (let count = parts.length; count >= 0; count--) {
    const found = definitions[[...parts.slice(0, count), typeName].join(".")];
    if (found !== undefined) return found as AnyMessage;
  }
  return undefined;
}
