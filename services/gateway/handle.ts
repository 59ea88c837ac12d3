import { randomUUID } from "node:crypto";
import { CodedError } from "../../errors/index.ts";
import type { Answer, CallOptions, Protocol } from "../../protocols/client.ts";
import { fillIn } from "../../protocols/rest/envelope.ts";
import type { Clients } from "./clients.ts";
import { type Operation, operations } from "./operations.ts";

export interface Payload {
  readonly action: string;
  readonly via?: Protocol;
  readonly [field: string]: unknown;
}

export interface Handled extends Answer {
  readonly message: string;
  readonly via: Protocol;
}

/**
 * Finds the operation, calls it over the protocol that was asked for, says how it went.
 * @throws CodedError UNKNOWN_ACTION, VALIDATION_FAILED when the action's parameters are not there, and the operation's own
 */
export async function handle(payload: Payload, clients: Clients, options: CallOptions): Promise<Handled> {
  const operation = find(payload.action);
  const params = parametersOf(operation, payload);
  const via = payload.via ?? "mesh";
  const answer = await clients.over(via).call(operation.operation, params, options);
  return { ...answer, via, message: fillIn(operation.says, params) };
}

function find(action: string): Operation {
  const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
  if (operation === undefined) throw new CodedError("UNKNOWN_ACTION", "unknown action");
  return operation;
}

function parametersOf({ field, operation }: Operation, payload: Payload): object {
  const params = payload[field];
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    throw new CodedError("VALIDATION_FAILED", `the field "${field}" must be an object`);
  }
  // At least once behind the gateway, exactly once in the log: a redelivered request carries the same id.
  return operation === "logger.write" ? { source: "gateway", ...params, event_id: randomUUID() } : params;
}
