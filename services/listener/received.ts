import { createHash, randomUUID } from "node:crypto";
import type { ConsumeMessage } from "amqplib";
import { CodedError } from "../../errors/index.ts";
import type { Severity } from "../../mixins/event-queue/topology.ts";

export interface Received {
  readonly name: string;
  readonly data: string;
  readonly severity: Severity;
  /** Idempotency key of all that is done for the event. */
  readonly id: string;
  readonly requestId?: string;
}

/** How the header is called that keeps the routing key while a message goes through the other queues. */
export const ORIGINAL_KEY = "x-original-routing-key";

/**
 * The publisher's message id. A message without one gets one that it keeps through its retries, so that what was done at
 * the first try is not done again; published twice without an id, it is two events.
 */
export const idOf = ({ properties: { messageId } }: ConsumeMessage): string =>
  typeof messageId === "string" && messageId !== "" ? shortened(messageId) : randomUUID();

/**
 * @param limit the largest event, bytes
 * @throws CodedError BODY_TOO_LARGE; MALFORMED_BODY when the body is not `{"name": string, "data": string}` in UTF-8
 */
export function read(message: ConsumeMessage, id: string, limit: number): Received {
  const { content, properties } = message;
  if (content.length > limit) {
    throw new CodedError("BODY_TOO_LARGE", `the event has ${content.length} bytes, the most is ${limit}`);
  }
  const requestId: unknown = properties.headers?.["x-request-id"];
  return {
    ...parse(content),
    severity: severityOf(routingKeyOf(message)),
    id,
    requestId: typeof requestId === "string" && requestId !== "" ? requestId.slice(0, 128) : undefined,
  };
}

/** After a retry the message comes from a retry queue, by its own queue's name. */
export const routingKeyOf = ({ fields, properties }: ConsumeMessage): string =>
  String(properties.headers?.[ORIGINAL_KEY] ?? fields.routingKey);

function parse(content: Buffer): { name: string; data: string } {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch {
    throw new CodedError("MALFORMED_BODY", "the event is not valid JSON in UTF-8");
  }
  const { name, data } = (body ?? {}) as { name?: unknown; data?: unknown };
  if (typeof name !== "string" || name === "") throw new CodedError("MALFORMED_BODY", 'the event needs a "name", text');
  if (typeof data !== "string") throw new CodedError("MALFORMED_BODY", 'the event needs "data", text');
  return { name, data };
}

/** The contract's three keys, and what others call them; log.DEBUG and any other key is an info. */
const severities: Readonly<Record<string, Severity>> = {
  "log.warning": "warning",
  "log.warn": "warning",
  "log.error": "error",
  "log.critical": "error",
  "log.fatal": "error",
};

const severityOf = (routingKey: string): Severity => severities[routingKey.toLowerCase()] ?? "info";

/** A foreign id of any length and letters becomes one that fits the log, the lists and, with a prefix, a mail's id. */
const shortened = (id: string): string =>
  /^[\x21-\x7e]{1,200}$/.test(id) ? id : createHash("sha256").update(id).digest("hex");
