import { randomUUID } from "node:crypto";
import { requestContext } from "../../node/request-context.ts";
import { TRACEPARENT } from "../../node/tracing/trace-context.ts";
import type { Outgoing } from "../amqp/outgoing.ts";
import { routingKeys, type Severity } from "./topology.ts";

/** What travels through the exchange: `{"name","data"}` as the original wrote it, and an id as idempotency key. */
export interface Event {
  readonly name: string;
  readonly data: string;
  readonly severity?: Severity;
  /** Made when absent. Give one where the same event may be published twice. */
  readonly id?: string;
}

/** @param traceparent of the trace it is told in */
export function toMessage(
  { name, data, severity = "info", id = randomUUID() }: Event,
  exchange: string,
  traceparent?: string,
): Outgoing {
  return {
    exchange,
    routingKey: routingKeys[severity],
    content: Buffer.from(JSON.stringify({ name, data })),
    options: {
      contentType: "application/json",
      persistent: true,
      messageId: id,
      timestamp: Math.floor(Date.now() / 1000),
      headers: { "x-request-id": requestContext.getStore()?.requestId, [TRACEPARENT]: traceparent },
    },
  };
}
