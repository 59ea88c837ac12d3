import { createHash } from "node:crypto";
import type { ConsumeMessage } from "amqplib";
import { CodedError } from "../../errors/index.ts";

export interface Received {
  readonly name: string;
  readonly data: string;
  readonly severity: "info" | "warning" | "error";
  /** The publisher's message id. */
  readonly id?: string;
  readonly requestId?: string;
}

/** @throws CodedError MALFORMED_BODY when the body is not `{"name": string, "data": string}` */
export function read({ content, fields, properties }: ConsumeMessage): Received {
  const body = parse(content);
  const requestId: unknown = properties.headers?.["x-request-id"];
  // After a retry the message comes from the retry queue, by that queue's name.
  const routingKey = String(properties.headers?.["x-original-routing-key"] ?? fields.routingKey);
  return {
    ...body,
    severity: severityOf(routingKey),
    id: typeof properties.messageId === "string" ? idFrom(properties.messageId) : undefined,
    requestId: typeof requestId === "string" ? requestId : undefined,
  };
}

function parse(content: Buffer): { name: string; data: string } {
  let body: unknown;
  try {
    body = JSON.parse(content.toString("utf8"));
  } catch {
    throw new CodedError("MALFORMED_BODY", "the event is not valid JSON");
  }
  const { name, data } = (body ?? {}) as { name?: unknown; data?: unknown };
  if (typeof name !== "string" || typeof data !== "string") {
    throw new CodedError("MALFORMED_BODY", "the event needs a name and data, both text");
  }
  return { name, data };
}

const severityOf = (routingKey: string): Received["severity"] =>
  routingKey === "log.ERROR" ? "error" : routingKey === "log.WARNING" ? "warning" : "info";

/** A foreign id of any length becomes one that fits the log. */
const idFrom = (id: string): string => (id.length <= 255 ? id : createHash("sha256").update(id).digest("hex"));
