import type { IncomingMessage } from "node:http";
import { CodedError } from "../../errors/index.ts";

/**
 * The body as one JSON object.
 * @throws CodedError BODY_TOO_LARGE beyond `limit` bytes, MALFORMED_BODY when it is empty, not JSON or not an object
 */
export async function readJsonObject(request: IncomingMessage, limit: number): Promise<Record<string, unknown>> {
  return parseJsonObject(await readBody(request, limit));
}

async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = () => new CodedError("BODY_TOO_LARGE", `the body must not be larger than ${limit} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function parseJsonObject(body: string): Record<string, unknown> {
  if (body.trim() === "") throw new CodedError("MALFORMED_BODY", "the body is empty, expected a JSON object");
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new CodedError("MALFORMED_BODY", "body must be one JSON value, and it is not valid JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CodedError("MALFORMED_BODY", "the body must be a JSON object");
  }
  return value as Record<string, unknown>;
}
