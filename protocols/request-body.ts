import { CodedError } from "../errors/index.ts";

/** How deep objects and arrays may lie in each other: what serialises them again does so recursively. */
export const MAX_DEPTH = 64;

export const bodyTooLarge = (limit: number): CodedError =>
  new CodedError("BODY_TOO_LARGE", `the body must not be larger than ${limit} bytes`);

/** What a call asks with, in bytes, the same whatever its protocol. @throws CodedError BODY_TOO_LARGE */
export function checkBodySize(size: number, limit: number): void {
  if (size > limit) throw bodyTooLarge(limit);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws CodedError MALFORMED_BODY when it is not text */
export function textOf(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new CodedError("MALFORMED_BODY", "the body is not text in UTF-8");
  }
}

export const notAnObject = (): CodedError => new CodedError("MALFORMED_BODY", "the body must be a JSON object");

/** @throws CodedError MALFORMED_BODY when it is empty, not JSON, not an object or nested too deep */
export function parseJsonObject(body: string): Record<string, unknown> {
  if (body.trim() === "") throw new CodedError("MALFORMED_BODY", "the body is empty, expected a JSON object");
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new CodedError("MALFORMED_BODY", "body must be one JSON value, and it is not valid JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw notAnObject();
  }
  if (isDeeperThan(value, MAX_DEPTH)) {
    throw new CodedError("MALFORMED_BODY", `the body must not be nested deeper than ${MAX_DEPTH}`);
  }
  return value as Record<string, unknown>;
}

/** No call goes deeper than the limit, which is what it guards against. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (limit < 0) return true;
  return (
    typeof value === "object" && value !== null && Object.values(value).some((item) => isDeeperThan(item, limit - 1))
  );
}
