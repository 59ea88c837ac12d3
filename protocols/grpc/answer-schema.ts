import type { Exposure } from "../exposure.ts";
import type { Schema } from "../rest/json-schema.ts";
import { findRpc } from "./definitions.ts";
import type { Field, MessageFields } from "./fields.ts";

/**
 * What an action returns, in JSON Schema, as the response of its unary rpc has it; undefined when it has none. What is
 * `optional` there may be null or left out, the rest is always there.
 */
export function answerSchema({ grpc = [] }: Exposure): Schema | undefined {
  for (const given of [grpc].flat()) {
    const { rpc, value, adds = {} } = typeof given === "string" ? { rpc: given } : given;
    const found = findRpc(rpc);
    if (found === undefined || found.definition.requestStream || found.definition.responseStream) continue;
    const fields = [...found.response].filter(([name]) => !Object.hasOwn(adds, name));
    return value === undefined ? messageSchema(new Map(fields)) : fieldSchema(found.response.get(value));
  }
  return undefined;
}

function messageSchema(fields: MessageFields): Schema {
  const always = [...fields].filter(([, { implicit, repeated }]) => implicit || repeated).map(([name]) => name);
  const properties = Object.fromEntries([...fields].map(([name, field]) => [name, fieldSchema(field)]));
  return { type: "object", properties, required: always };
}

function fieldSchema(field?: Field): Schema {
  if (field === undefined) return {};
  const { implicit, repeated } = field;
  const one = oneOf(field);
  if (repeated) return { type: "array", items: one };
  return implicit ? one : { ...one, type: [one.type, "null"] };
}

function oneOf({ kind, range, fields }: Field): Schema {
  if (kind === "message") return messageSchema(fields ?? new Map());
  if (kind === "values") return { type: "object" };
  if (range === undefined) return { type: kind };
  return { type: "integer", ...(range[0] === 0 ? { minimum: 0 } : {}) };
}
