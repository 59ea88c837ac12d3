import { CodedError } from "../../errors/index.ts";
import { fillIn } from "../../protocols/message-template.ts";
import { type Protocol, protocols } from "../../protocols/protocol.ts";
import type { Ask } from "./ask.ts";
import { type Operation, operations } from "./operations.ts";

export interface Payload {
  readonly [field: string]: unknown;
}

export interface Handled {
  readonly message: string;
  readonly value: unknown;
}

interface HandleOptions {
  readonly ask: Ask;
  /** The client's address. */
  readonly client: string;
  /** @throws CodedError UNAUTHENTICATED when who calls may not do what is guarded */
  readonly guard: () => Promise<void>;
}

/**
 * Finds the operation, calls it over the protocol that was asked for, else its usual one, says how it went.
 * @throws CodedError UNKNOWN_ACTION, UNAUTHENTICATED, VALIDATION_FAILED, and the operation's own
 */
export async function handle(payload: Payload, options: HandleOptions): Promise<Handled> {
  const operation = find(payload.action);
  return call(operation, payload, protocolOf(payload.via, operation.usually), operation.says, options);
}

/** `POST /log-PROTOCOL`: writes to the log over that protocol. @throws as `handle` does */
export async function logOver(via: Protocol, payload: Payload, options: HandleOptions): Promise<Handled> {
  return call(find("log"), payload, via, "logged", options);
}

async function call(
  operation: Operation,
  payload: Payload,
  via: Protocol,
  says: string,
  { ask, client, guard }: HandleOptions,
): Promise<Handled> {
  if (operation.guarded) await guard();
  const given = parametersOf(operation, payload);
  const value = await ask(operation.operation, { ...given, ...operation.adds({ client, via }) }, via);
  return { value, message: fillIn(says, given) };
}

function find(action: unknown): Operation {
  if (typeof action !== "string") throw new CodedError("VALIDATION_FAILED", 'the field "action" must be a string');
  const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
  if (operation === undefined) throw new CodedError("UNKNOWN_ACTION", "unknown action");
  return operation;
}

function protocolOf(via: unknown, usually: Protocol): Protocol {
  if (via === undefined) return usually;
  const found = protocols.find((protocol) => protocol === via);
  if (found !== undefined) return found;
  throw new CodedError("VALIDATION_FAILED", `the field "via" must be one of ${protocols.join(", ")}`);
}

function parametersOf({ field, takes }: Operation, payload: Payload): Record<string, unknown> {
  const params = payload[field];
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    throw new CodedError("VALIDATION_FAILED", `the field "${field}" must be an object`);
  }
  const given = params as Record<string, unknown>;
  return Object.fromEntries(takes.filter((name) => Object.hasOwn(given, name)).map((name) => [name, given[name]]));
}
