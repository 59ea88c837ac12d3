import { type Rule, rulesOf, toRule } from "../rule.ts";

export type Schema = Readonly<Record<string, unknown>>;

/** What a validation rule says, in JSON Schema 2020-12; what a custom check wants only its own `schema` can say. */
export function schemaOf(given: unknown): Schema {
  const rule = toRule(given);
  return defined({ ...(rule.schema ?? typed(rule)), default: rule.default });
}

/** Fields that nobody knows are ignored, so they are allowed. */
export function objectOf(rules: ReadonlyMap<string, Rule>): Schema {
  const required = [...rules].filter(([, rule]) => isRequired(rule)).map(([name]) => name);
  return defined({
    type: "object",
    properties: Object.fromEntries([...rules].map(([name, rule]) => [name, schemaOf(rule)])),
    required: required.length > 0 ? required : undefined,
  });
}

export const isRequired = ({ optional, default: preset }: Rule): boolean => optional !== true && preset === undefined;

function typed(rule: Rule): Schema {
  const { min, max, pattern } = rule;
  switch (rule.type) {
    case "string":
    case "email":
    case "uuid":
    case "url":
      return {
        type: "string",
        format: formats[rule.type],
        minLength: min,
        maxLength: max,
        pattern: pattern instanceof RegExp ? pattern.source : undefined,
      };
    case "number":
      return { type: rule.integer ? "integer" : "number", minimum: min, maximum: max };
    case "boolean":
      return { type: "boolean" };
    case "enum":
      return { enum: rule.values };
    case "array":
      return { type: "array", items: schemaOf(rule.items ?? "any"), minItems: min, maxItems: max };
    case "object":
      return objectOf(rulesOf(rule.props));
    case "record":
      return {
        type: "object",
        propertyNames: rule.key === undefined ? undefined : schemaOf(rule.key),
        additionalProperties: schemaOf(rule.value ?? "any"),
      };
    case "multi":
      return { anyOf: rule.rules?.map(schemaOf) };
    default:
      return {};
  }
}

const formats: Readonly<Record<string, string>> = { email: "email", uuid: "uuid", url: "uri" };

const defined = (schema: Schema): Schema =>
  Object.fromEntries(Object.entries(schema).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
