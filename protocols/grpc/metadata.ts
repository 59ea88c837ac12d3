import type { Metadata } from "@grpc/grpc-js";
import { TRACEPARENT } from "../../node/tracing/trace-context.ts";

/** What travels beside the messages. */
export const key = {
  /** Both ways. */
  requestId: "x-request-id",
  /** There. */
  traceparent: TRACEPARENT,
  /** Back: the id of the node that served, */
  node: "x-node",
  /** and the ms it worked. */
  took: "x-took",
  /** Trailing, with an error: the code of `errors/codes.ts`, */
  errorCode: "x-error-code",
  /** and what the error says beside its message, as JSON. */
  errorData: "x-error-data-bin",
} as const;

export function text(metadata: Metadata | undefined, name: string): string | undefined {
  const value = metadata?.get(name)[0];
  return value === undefined ? undefined : String(value);
}
