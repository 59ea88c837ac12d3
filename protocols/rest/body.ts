import type { IncomingMessage } from "node:http";
import { CodedError } from "../../errors/index.ts";
import { bodies } from "../../node/bodies.ts";
import { bodyTooLarge, checkBodySize, parseJsonObject, textOf } from "../request-body.ts";

/**
 * The body as one JSON object.
 * @throws CodedError BODY_TOO_LARGE beyond `limit` bytes, MALFORMED_BODY when it is empty, not JSON or not an object
 */
export async function readJsonObject(request: IncomingMessage, limit: number): Promise<Record<string, unknown>> {
  return parseJsonObject(await readText(request, limit));
}

/** @throws CodedError BODY_TOO_LARGE when its sender says so beforehand */
export function refuseLargeBody(request: IncomingMessage, limit: number): void {
  checkBodySize(Number(request.headers["content-length"] ?? 0), limit);
}

/** @throws CodedError BODY_TOO_LARGE beyond `limit` bytes, MALFORMED_BODY when it is not text, OVERLOADED as `Bodies` says */
export async function readText(request: IncomingMessage, limit: number): Promise<string> {
  refuseLargeBody(request, limit);
  return textOf(await collect(request, limit));
}

/** Leaves the stream open when it is too large: the rest of it is not worth a reset connection. */
function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (settle: () => void) => {
      request.off("data", take).off("end", end).off("close", broken);
      bodies.end(request);
      settle();
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) return finish(() => reject(bodyTooLarge(limit)));
      chunks.push(chunk);
      bodies.add(request, chunk.length);
    };
    const end = () => finish(() => resolve(Buffer.concat(chunks)));
    const broken = () => finish(() => reject(new CodedError("MALFORMED_BODY", "the body came only in part")));
    if (request.destroyed) return broken();
    bodies.begin(request, (why) => finish(() => reject(why)));
    request.on("data", take).once("end", end).once("close", broken);
  });
}
