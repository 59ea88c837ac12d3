import { invalidField } from "../../errors/index.ts";
import { truthOf } from "../truths.ts";
import type { Message } from "./definitions.ts";
import type { Field, MessageFields } from "./fields.ts";

/**
 * Texts are UTF-8 here, which cannot say half a surrogate pair: it becomes U+FFFD.
 *
 * Parameters as the request that carries them. What a typed message could not tell from what was meant (a number where text
 * is wanted, a missing field from an empty one) is refused here in the words of the other protocols' validation.
 * @throws CodedError VALIDATION_FAILED that names the field
 */
export const toRequest = (fields: MessageFields, params: object): Message => toMessage(fields, params as Message, "");

/** A value as the response that carries it; `null` and what has no field are left out, times become ISO 8601. */
export const toResponse = (fields: MessageFields, value: object): Message => {
  const message: Message = {};
  const given = value as Message;
  for (const [name, field] of fields) {
    const item = given[name];
    if (item === undefined || item === null) continue;
    message[name] = field.repeated
      ? (item as unknown[]).map((each) => responseItem(field, each))
      : responseItem(field, item);
  }
  return message;
};

/** A message that came as the value it carries: what was not sent is not there. */
export function fromMessage(fields: MessageFields, message: Message, keepEmptyLists: boolean): Message {
  const value: Message = {};
  for (const [name, field] of fields) {
    const item = message[name];
    if (item === undefined || item === null) continue;
    if (field.kind === "values" && Object.keys(item).length === 0 && !keepEmptyLists) continue;
    if (field.repeated) {
      const list = item as unknown[];
      if (list.length > 0 || keepEmptyLists) value[name] = list.map((each) => readItem(field, each, keepEmptyLists));
    } else value[name] = readItem(field, item, keepEmptyLists);
  }
  return value;
}

function readItem({ kind, fields }: Field, item: unknown, keepEmptyLists: boolean): unknown {
  if (kind === "message") return fromMessage(fields ?? new Map(), item as Message, keepEmptyLists);
  return kind === "values" ? fromValues(item as Values) : item;
}

function responseItem({ kind, fields }: Field, item: unknown): unknown {
  if (kind === "message") return toResponse(fields ?? new Map(), item as object);
  if (kind === "values") return toValues(item as Message, "");
  if (typeof item === "string") return item.toWellFormed();
  return item instanceof Date ? item.toISOString() : item;
}

function toMessage(fields: MessageFields, params: Message, within: string): Message {
  const message: Message = {};
  for (const [name, field] of fields) {
    const given = params[name];
    const path = `${within}${name}`;
    if (given === undefined || given === null) {
      if (field.implicit) throw invalidField(path, "is required.");
      continue;
    }
    // A single one is a list of one, as the mail's addresses.
    message[name] = field.repeated
      ? [given].flat().map((each, index) => checked(field, each, `${path}[${index}]`))
      : checked(field, given, path);
  }
  return message;
}

/** The words are those of the actions' own validation. */
function checked(field: Field, given: unknown, path: string): unknown {
  switch (field.kind) {
    case "string":
      if (typeof given !== "string") throw invalidField(path, "must be a string.");
      return given.toWellFormed();
    case "number":
      return checkedNumber(field, given, path);
    case "boolean":
      return checkedBoolean(given, path);
    default:
      if (typeof given !== "object" || given === null || Array.isArray(given)) {
        throw invalidField(path, "must be an Object.");
      }
      return field.kind === "values"
        ? toValues(given as Message, path)
        : toMessage(field.fields ?? new Map(), given as Message, `${path}.`);
  }
}

function checkedNumber({ range }: Field, given: unknown, path: string): number {
  const number = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
  if (typeof number !== "number" || Number.isNaN(number)) throw invalidField(path, "must be a number.");
  if (range === undefined) return number;
  if (!Number.isInteger(number)) throw invalidField(path, "must be an integer.");
  const [least, most] = range;
  if (number < least) throw invalidField(path, `must be greater than or equal to ${least}.`);
  if (number > most) throw invalidField(path, `must be less than or equal to ${most}.`);
  return number;
}

function checkedBoolean(given: unknown, path: string): boolean {
  const truth = truthOf(given);
  if (truth === undefined) throw invalidField(path, "must be a boolean.");
  return truth;
}

/** A map of such: one of them is set. */
interface Value {
  readonly text?: string;
  readonly number?: number;
  readonly truth?: boolean;
}
type Values = Readonly<Record<string, Value>>;

const toValues = (values: Message, path: string): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toValue(value, `${path}.${name}`)]));

function toValue(value: unknown, path: string): Value {
  if (typeof value === "string") return { text: value.toWellFormed() };
  if (typeof value === "number") return { number: value };
  if (typeof value === "boolean") return { truth: value };
  throw invalidField(path, "must be a string, a number or a boolean.");
}

const fromValues = (values: Values): Message =>
  Object.fromEntries(
    Object.entries(values).map(([name, { text, number, truth }]) => [name, text ?? number ?? truth ?? ""]),
  );
