import type { ServerResponse } from "node:http";
import type { CodedError } from "../../errors/index.ts";
import { type Envelope, failure } from "../../protocols/rest/envelope.ts";

export function sendJson(response: ServerResponse, status: number, body: Envelope | object): void {
  sendText(response, status, "application/json", JSON.stringify(body));
}

/** @param size of the body in bytes, for who knows it already */
export function sendText(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  size = Buffer.byteLength(body),
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "Content-Type": type, "Content-Length": size });
  response.end(body);
}

/** @returns false when an answer is on its way already, which then can only be cut off */
export function sendError(response: ServerResponse, error: CodedError): boolean {
  if (response.headersSent) return false;
  const { retryAfter } = (error.data ?? {}) as { retryAfter?: unknown };
  if (typeof retryAfter === "number") response.setHeader("Retry-After", retryAfter);
  sendJson(response, error.code, failure(error));
  return true;
}
