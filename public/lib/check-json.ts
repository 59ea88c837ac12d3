import { faultAt } from "./json-fault.ts";

export type Checked =
  | { readonly isValid: true; readonly value?: object }
  | { readonly isValid: false; readonly problem: string };

/** Reads a payload as the gateway will: nothing at all, or one JSON object. Says where it goes wrong. */
export function checkJson(text: string): Checked {
  if (text.trim() === "") return { isValid: true, value: undefined };
  const fault = faultAt(text);
  if (fault !== undefined) return { isValid: false, problem: told(text, fault) };
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { isValid: false, problem: 'The payload must be one JSON object, such as {"action": "log"}.' };
  }
  return { isValid: true, value };
}

function told(text: string, fault: number): string {
  if (fault === text.length) return "Not JSON: it ends too early.";
  const lines = text.slice(0, fault).split("\n");
  return `Not JSON from line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1} on.`;
}
