import type { ConsumeMessage, Options } from "amqplib";
import { requestIdFrom } from "../../node/request-context.ts";
import { type TraceContext, traceFrom } from "../../node/tracing/trace-context.ts";
import type { CallOptions } from "../client.ts";
import { checkBodySize, parseJsonObject, textOf } from "../request-body.ts";
import { directReplyTo, header, LONGEST_WAIT } from "./topology.ts";

/** What the properties of a message say; the body is read only when they are in order. */
export interface Asked {
  readonly operation: string | undefined;
  readonly requestId: string;
  readonly trace: TraceContext | undefined;
  /** Names the request, however often it is delivered. */
  readonly id: string | undefined;
  /** ms that whoever asks waits for the answer; undefined when the message does not say. */
  readonly deadline: number | undefined;
}

export function readProperties({ properties }: ConsumeMessage): Asked {
  const { type, headers, messageId, expiration } = properties;
  const given = headers ?? {};
  return {
    operation: filled(type) ?? filled(given[header.operation]),
    requestId: requestIdFrom(filled(given[header.requestId])),
    trace: traceFrom(given[header.traceparent]),
    id: filled(messageId),
    deadline: deadlineOf(filled(expiration)),
  };
}

const filled = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** The broker has refused an expiration that is no number. 0 would mean no time-out further in. */
const deadlineOf = (expiration: string | undefined): number | undefined =>
  expiration === undefined ? undefined : Math.min(Math.max(Number(expiration) || 1, 1), LONGEST_WAIT);

/** @throws CodedError BODY_TOO_LARGE beyond `limit` bytes, MALFORMED_BODY when it is not one JSON object in UTF-8 */
export function readParams(content: Buffer, limit: number): Record<string, unknown> {
  checkBodySize(content.length, limit);
  return parseJsonObject(textOf(content));
}

/** A call as a message. Mandatory: when there is no such queue, the broker says so at once. */
export function requestOptions(
  operation: string,
  { deadline, requestId, traceparent }: CallOptions,
  ids: { readonly correlationId: string; readonly messageId: string },
): Options.Publish {
  return {
    ...ids,
    type: operation,
    replyTo: directReplyTo,
    contentType: "application/json",
    mandatory: true,
    // Nobody does what nobody waits for any more.
    expiration: String(Math.max(Math.ceil(deadline), 1)),
    headers: {
      [header.requestId]: requestId,
      ...(traceparent === undefined ? {} : { [header.traceparent]: traceparent }),
    },
  };
}
