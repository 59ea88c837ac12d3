import { CodedError } from "./coded-error.ts";

/** VALIDATION_FAILED in the form that the validator's own errors have. @param complaint such as `is required.` */
export function invalidField(field: string, complaint: string): CodedError {
  const message = `The "${field}" field ${complaint}`;
  return new CodedError("VALIDATION_FAILED", message, { data: [{ field, message }] });
}
