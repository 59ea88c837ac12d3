import { invalidField } from "../../errors/index.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const control = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;

/** A line break in what becomes a header would let its author write headers of their own. @throws CodedError VALIDATION_FAILED */
export function oneLine(field: string, text: string): string {
  if (control.test(text)) throw invalidField(field, "must be one line, without control characters.");
  return text;
}
