import type { Field } from "../codec/fields.ts";

/** A value as RabbitMQ's error texts show it. */
export function describe(field: Field | undefined): string {
  if (field === undefined || field.type === "void") return "none";
  const value = field.type === "table" || field.type === "array" ? "..." : String(field.value);
  return `the value '${value}' of type '${field.type}'`;
}
