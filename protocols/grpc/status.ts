import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { type Code, isCode } from "../../errors/codes.ts";
import { CodedError, LATE } from "../../errors/index.ts";
import { answerTooLarge, MAX_RECEIVED } from "../answer-size.ts";
import { bodyTooLarge } from "../request-body.ts";
import { key } from "./metadata.ts";

/** What a client of any language takes is 8 KiB of metadata in all: longer data is left out, a longer message cut. */
const MAX_DATA = 4_096;
const MAX_DETAILS = 1_024;

interface Refusal {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** A coded error as a gRPC status; the code itself and its data (JSON) go in the trailing metadata. */
export function toStatus(error: CodedError, metadata = new Metadata()): Refusal {
  metadata.set(key.errorCode, error.type);
  const data = error.data === undefined ? undefined : Buffer.from(JSON.stringify(error.data));
  if (data !== undefined && data.length <= MAX_DATA) metadata.set(key.errorData, data);
  return { code: error.form.grpc, details: error.message.slice(0, MAX_DETAILS), metadata };
}

/** Statuses that the library or a proxy gives by itself. */
const foreign: Readonly<Partial<Record<number, readonly [Code, string]>>> = {
  [status.CANCELLED]: ["CANCELLED", "the caller gave up"],
  [status.DEADLINE_EXCEEDED]: ["TIMEOUT", LATE],
  [status.RESOURCE_EXHAUSTED]: ["OVERLOADED", "too much in hand, try again"],
  [status.UNIMPLEMENTED]: ["PROTOCOL_UNAVAILABLE", "the node does not serve this operation over gRPC"],
  [status.UNAVAILABLE]: ["SERVICE_UNAVAILABLE", "no node answers for this operation now"],
};

/** Whatever a call ended with as the coded error it carries or amounts to. */
export function fromStatus(error: ServiceError): CodedError {
  const [code] = error.metadata?.get(key.errorCode) ?? [];
  const [data] = error.metadata?.get(key.errorData) ?? [];
  if (isCode(code)) return new CodedError(code, error.details, { data: parsed(data), cause: error });
  const [, limit] = tooLarge.exec(error.details) ?? [];
  // The same words for a request at the node and for an answer here.
  if (limit !== undefined) return Number(limit) === MAX_RECEIVED ? answerTooLarge() : bodyTooLarge(Number(limit));
  const [type, message] = foreign[error.code] ?? ["INTERNAL", "something went wrong on our side"];
  return new CodedError(type, message, { cause: error });
}

/** Nobody had the request yet, so another node may have it. */
export const wasNotSent = ({ code, details, metadata }: ServiceError): boolean =>
  code === status.UNAVAILABLE &&
  metadata.get(key.node).length === 0 &&
  /^(No connection established|Name resolution failed|Subchannel|Channel)/i.test(details);

/** The node went with the request: it has nothing to say of it. One that was cut off looks as if its caller had cancelled. */
export const wasLost = ({ code, metadata }: ServiceError): boolean =>
  (code === status.UNAVAILABLE || code === status.CANCELLED) && metadata.get(key.errorCode).length === 0;

/** In the library's words. */
const tooLarge = /larger than max \(\d+ vs (\d+)\)/;

function parsed(data: unknown): unknown {
  if (!Buffer.isBuffer(data)) return undefined;
  try {
    return JSON.parse(data.toString("utf8"));
  } catch {
    return undefined;
  }
}
