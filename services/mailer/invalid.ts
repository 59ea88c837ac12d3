import { CodedError } from "../../errors/index.ts";

/** In the form that the validator's own errors have. */
export const invalid = (field: string, what: string): CodedError => {
  const message = `The "${field}" field ${what}`;
  return new CodedError("VALIDATION_FAILED", message, { data: [{ field, message }] });
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const control = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;

/** A line break in what becomes a header would let its author write headers of their own. @throws CodedError VALIDATION_FAILED */
export function oneLine(field: string, text: string): string {
  if (control.test(text)) throw invalid(field, "must be one line, without control characters.");
  return text;
}
