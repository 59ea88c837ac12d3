import { type Field, integer, string, type Table } from "../codec/fields.ts";
import { AmqpError } from "../errors.ts";
import { maxTtl } from "./message.ts";

/** A queue's optional arguments, checked. Times in milliseconds, sizes in bytes. */
export interface QueueSettings {
  readonly quorum: boolean;
  readonly messageTtl: number | undefined;
  readonly expires: number | undefined;
  readonly maxLength: number | undefined;
  readonly maxLengthBytes: number | undefined;
  readonly overflow: "drop-head" | "reject-publish" | "reject-publish-dlx";
  readonly deadLetterExchange: string | undefined;
  readonly deadLetterRoutingKey: string | undefined;
  readonly singleActiveConsumer: boolean;
  readonly maxPriority: number;
  readonly deliveryLimit: number | undefined;
}

type Check = (field: Field) => string | undefined;

const number =
  (least: number, most: number): Check =>
  (field) => {
    const value = integer(field);
    if (value === undefined) return `{unacceptable_type,${field.type}}`;
    if (value < 0) return `{value_negative,${value}}`;
    if (value < least) return `{value_zero,${value}}`;
    if (value > most) return `{value_too_big,${value}}`;
    return undefined;
  };
const text: Check = (field) => (field.type === "longstr" ? undefined : `{unacceptable_type,${field.type}}`);
const oneOf =
  (...values: string[]): Check =>
  (field) =>
    text(field) ?? (values.includes(string(field) as string) ? undefined : "invalid_value");
const boolean: Check = (field) => (field.type === "bool" ? undefined : `{unacceptable_type,${field.type}}`);

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["x-expires", number(1, maxTtl)],
  ["x-message-ttl", number(0, maxTtl)],
  ["x-dead-letter-exchange", text],
  ["x-dead-letter-routing-key", text],
  ["x-max-length", number(0, Number.MAX_SAFE_INTEGER)],
  ["x-max-length-bytes", number(0, Number.MAX_SAFE_INTEGER)],
  ["x-overflow", oneOf("drop-head", "reject-publish", "reject-publish-dlx")],
  ["x-max-priority", number(0, 255)],
  ["x-single-active-consumer", boolean],
  ["x-delivery-limit", number(0, Number.MAX_SAFE_INTEGER)],
  ["x-queue-mode", oneOf("default", "lazy")],
  ["x-queue-type", text],
]);

/** What a quorum queue has no use for in RabbitMQ: it refuses them. */
const classicOnly = ["x-max-priority", "x-queue-mode"];
const quorumOnly = ["x-delivery-limit"];

/** Checks the arguments of queue.declare. `where` names the queue as RabbitMQ's messages do. */
export function queueSettings(args: Table, where: string): QueueSettings {
  const refuse = (name: string, reason: string): never => {
    throw new AmqpError("PRECONDITION_FAILED", `invalid arg '${name}' for ${where}: ${reason}`);
  };
  for (const [name, check] of checks) {
    const field = args.get(name);
    const fault = field && check(field);
    if (fault) refuse(name, fault);
  }
  if (args.has("x-dead-letter-routing-key") && !args.has("x-dead-letter-exchange")) {
    refuse("x-dead-letter-routing-key", "routing_key_but_no_dlx_defined");
  }
  const type = string(args.get("x-queue-type")) ?? "classic";
  if (type === "stream")
    throw new AmqpError("NOT_IMPLEMENTED", "stream queues are not implemented: use a classic or quorum queue");
  if (type !== "classic" && type !== "quorum") refuse("x-queue-type", "unsupported_queue_type");
  const quorum = type === "quorum";
  for (const name of quorum ? classicOnly : quorumOnly) {
    if (args.has(name)) refuse(name, `invalid arg for ${type} queue`);
  }
  return {
    quorum,
    messageTtl: integer(args.get("x-message-ttl")),
    expires: integer(args.get("x-expires")),
    maxLength: integer(args.get("x-max-length")),
    maxLengthBytes: integer(args.get("x-max-length-bytes")),
    overflow: (string(args.get("x-overflow")) ?? "drop-head") as QueueSettings["overflow"],
    deadLetterExchange: string(args.get("x-dead-letter-exchange")),
    deadLetterRoutingKey: string(args.get("x-dead-letter-routing-key")),
    singleActiveConsumer: flag(args, "x-single-active-consumer"),
    maxPriority: integer(args.get("x-max-priority")) ?? 0,
    deliveryLimit: integer(args.get("x-delivery-limit")),
  };
}

function flag(args: Table, name: string): boolean {
  const field = args.get(name);
  return field?.type === "bool" && field.value;
}
