import { Errors } from "moleculer";
import { CodedError } from "./coded-error.ts";
import { type Code, isCode } from "./codes.ts";
import { LATE } from "./late.ts";

/** Moleculer's and moleculer-web's own types, and Node's, as this table names them. */
const known: Record<string, [Code, string?]> = {
  SERVICE_NOT_FOUND: ["SERVICE_UNAVAILABLE", "no node offers this operation now"],
  SERVICE_NOT_AVAILABLE: ["SERVICE_UNAVAILABLE", "no node offers this operation now"],
  SERVICE_UNAVAILABLE: ["SERVICE_UNAVAILABLE", "no node offers this operation now"],
  BAD_GATEWAY: ["SERVICE_UNAVAILABLE", "the mesh is disconnected"],
  REQUEST_REJECTED: ["SERVICE_UNAVAILABLE", "the node that had the request left"],
  REQUEST_TIMEOUT: ["TIMEOUT", LATE],
  REQUEST_SKIPPED: ["TIMEOUT", "the time for the operation was used up"],
  QUEUE_FULL: ["OVERLOADED", "too much in hand, try again"],
  RATE_LIMIT_EXCEEDED: ["TOO_MANY_REQUESTS", "too many requests, try again later"],
  NOT_FOUND: ["NOT_FOUND"],
  ENTITY_NOT_FOUND: ["NOT_FOUND"],
  UNABLE_DECODE_PARAM: ["MALFORMED_REQUEST", "the request's address is malformed"],
  "entity.too.large": ["BODY_TOO_LARGE", "the body is too large"],
  "entity.parse.failed": ["MALFORMED_BODY", "the body is not valid JSON"],
};

/** Every failure passes through here on its way to a client: what is not in the table is INTERNAL and says no more. */
export function toCodedError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  if (error instanceof Errors.ValidationError) return validation(error);
  const { type, message, data } = (error ?? {}) as { type?: unknown; message?: string; data?: unknown };
  if (error instanceof Error && error.name === "CodedError" && isCode(type)) {
    return new CodedError(type, message ?? type, { data, cause: error });
  }
  const match = typeof type === "string" && Object.hasOwn(known, type) ? known[type] : undefined;
  if (match !== undefined) return new CodedError(match[0], match[1] ?? message ?? match[0], { cause: error });
  return new CodedError("INTERNAL", "something went wrong on our side", { cause: error });
}

/** @returns 400 with the first field's complaint as message and all of them as data */
function validation(error: Errors.ValidationError): CodedError {
  const complaints = (Array.isArray(error.data) ? error.data : []) as { field?: string; message?: string }[];
  const fields = complaints.map(({ field = "", message = "" }) => ({ field, message: message.replaceAll("'", '"') }));
  return new CodedError("VALIDATION_FAILED", fields[0]?.message || error.message, { data: fields, cause: error });
}
