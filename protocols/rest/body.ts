import type { IncomingMessage } from "node:http";
import { CodedError } from "../../errors/index.ts";

/** How deep objects and arrays may lie in each other: what serialises them again does so recursively. */
export const MAX_DEPTH = 64;

/**
 * The body as one JSON object.
 * @throws CodedError BODY_TOO_LARGE beyond `limit` bytes, MALFORMED_BODY when it is empty, not JSON or not an object
 */
export async function readJsonObject(request: IncomingMessage, limit: number): Promise<Record<string, unknown>> {
  return parseJsonObject(await readText(request, limit));
}

/** @throws CodedError BODY_TOO_LARGE when its sender says so beforehand */
export function refuseLargeBody(request: IncomingMessage, limit: number): void {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
}

/** @throws CodedError BODY_TOO_LARGE beyond `limit` bytes, MALFORMED_BODY when it is not text */
export async function readText(request: IncomingMessage, limit: number): Promise<string> {
  refuseLargeBody(request, limit);
  return textOf(await collect(request, limit));
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

/** Leaves the stream open when it is too large: the rest of it is not worth a reset connection. */
function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (settle: () => void) => {
      request.off("data", take).off("end", end).off("close", broken);
      settle();
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) finish(() => reject(tooLarge(limit)));
      else chunks.push(chunk);
    };
    const end = () => finish(() => resolve(Buffer.concat(chunks)));
    const broken = () => finish(() => reject(new CodedError("MALFORMED_BODY", "the body came only in part")));
    if (request.destroyed) return broken();
    request.on("data", take).once("end", end).once("close", broken);
  });
}

export const tooLarge = (limit: number): CodedError =>
  new CodedError("BODY_TOO_LARGE", `the body must not be larger than ${limit} bytes`);

export const notAnObject = (): CodedError => new CodedError("MALFORMED_BODY", "the body must be a JSON object");

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
