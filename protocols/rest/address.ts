import { invalidField } from "../../errors/index.ts";
import { type Rule, toRule } from "../rule.ts";
import { truthOf } from "../truths.ts";

/** Parameters in an address (its path or query) are text; a rule says what the text stands for. */

const texts = new Set(["string", "email", "uuid", "url"]);
const scalars = new Set([...texts, "number", "boolean", "enum", "any"]);

/** Whether the text of an address can stand for such a parameter. */
export const fitsPath = ({ type, rules }: Rule): boolean =>
  rules ? rules.every((rule) => fitsPath(toRule(rule))) : scalars.has(type);

/** A query names a parameter more than once for a list. */
export const fitsQuery = (rule: Rule): boolean =>
  rule.type === "array" ? fitsPath(toRule(rule.items ?? "any")) : fitsPath(rule);

/** What a text of an address stands for. What it cannot be stays text, and the action's validation refuses it by name. */
export function fromText(rule: Rule, text: string): unknown {
  switch (rule.type) {
    case "number":
      return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
    case "boolean":
      return truthOf(text) ?? text;
    case "enum":
      return rule.values?.find((value) => String(value) === text) ?? text;
    case "multi":
      return (rule.rules ?? []).map((one) => fromText(toRule(one), text)).find((value) => value !== text) ?? text;
    default:
      return text;
  }
}

/** The query's parameters that the rules name; one that is there twice is a list, whatever the rule. */
export function fromQuery(rules: ReadonlyMap<string, Rule>, query: URLSearchParams): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, rule] of rules) {
    const texts = query.getAll(name);
    if (texts.length === 0) continue;
    const isList = rule.type === "array";
    const values = texts.map((text) => fromText(isList ? toRule(rule.items ?? "any") : rule, text));
    given[name] = isList || values.length > 1 ? values : values[0];
  }
  return given;
}

/**
 * A parameter as text for an address.
 * @throws CodedError VALIDATION_FAILED, in the validation's words, for what the text would not tell from what was meant
 */
export function toText(name: string, rule: Rule, value: unknown): string {
  if (typeof value === "string") return value.toWellFormed();
  if (texts.has(rule.type)) throw invalidField(name, "must be a string.");
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw invalidField(name, `must be ${rule.type === "enum" ? `one of ${rule.values?.join(", ")}` : `a ${rule.type}`}.`);
}

export function toQuery(rules: ReadonlyMap<string, Rule>, params: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, rule] of rules) {
    const value = params[name];
    if (value === undefined || value === null) continue;
    const items = rule.type === "array" && Array.isArray(value) ? value : [value];
    const itemRule = rule.type === "array" ? toRule(rule.items ?? "any") : rule;
    for (const item of items) query.append(name, toText(name, itemRule, item));
  }
  return query.size === 0 ? "" : `?${query}`;
}
