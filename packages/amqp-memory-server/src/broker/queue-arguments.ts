import { type Field, integer, string, type Table } from "../codec/fields.ts";
import { AmqpError } from "../errors.ts";

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

/** What is wrong with a value, in RabbitMQ's words. */
type Check = (field: Field) => string | undefined;

const number =
  (least: number): Check =>
  (field) => {
    const value = integer(field);
    if (value === undefined) return `"expected integer, got ${field.type}"`;
    if (value < 0) return `{value_negative,${value}}`;
    return value < least ? `{value_zero,${value}}` : undefined;
  };
const priority: Check = (field) => {
  const value = integer(field);
  return value !== undefined && value > 255 ? `{max_value_exceeded,${value}}` : number(0)(field);
};
const oneOf =
  (values: readonly string[], otherwise: (value: string) => string): Check =>
  (field) => {
    if (field.type !== "longstr") return unacceptable(field);
    return values.includes(field.value) ? undefined : otherwise(field.value);
  };
const boolean: Check = (field) => (field.type === "bool" ? undefined : unacceptable(field));
const unacceptable = (field: Field): string => `{unacceptable_type,${field.type}}`;

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["x-expires", number(1)],
  ["x-message-ttl", number(0)],
  ["x-max-length", number(0)],
  ["x-max-length-bytes", number(0)],
  ["x-overflow", oneOf(["drop-head", "reject-publish", "reject-publish-dlx"], () => "invalid_overflow")],
  ["x-max-priority", priority],
  ["x-single-active-consumer", boolean],
  ["x-queue-mode", oneOf(["default", "lazy"], (mode) => `"unsupported queue mode '${mode}'"`)],
  ["x-queue-type", oneOf(["classic", "quorum", "stream"], (type) => `"unsupported queue type '${type}'"`)],
]);
const names = ["x-dead-letter-exchange", "x-dead-letter-routing-key"];

/** What only one of the two kinds knows; RabbitMQ refuses it on the other. */
const notOnQuorum = ["x-max-priority", "x-queue-mode"];
const notOnClassic = ["x-delivery-limit"];

/** Checks the arguments of queue.declare. `where` names the queue as RabbitMQ's messages do. */
export function queueSettings(args: Table, where: string): QueueSettings {
  const refuse = (name: string, reason: string): never => {
    throw new AmqpError("PRECONDITION_FAILED", `invalid arg '${name}' for ${where}${reason}`);
  };
  for (const [name, check] of checks) {
    const field = args.get(name);
    const fault = field && check(field);
    if (fault) refuse(name, `: ${fault}`);
  }
  for (const name of names) {
    const field = args.get(name);
    if (field === undefined || field.type === "longstr") continue;
    throw new AmqpError("PRECONDITION_FAILED", `invalid type '${field.type}' for arg '${name}' in ${where}`);
  }
  if (args.has("x-dead-letter-routing-key") && !args.has("x-dead-letter-exchange")) {
    refuse("x-dead-letter-routing-key", ": routing_key_but_no_dlx_defined");
  }
  const type = string(args.get("x-queue-type")) ?? "classic";
  if (type === "stream") {
    throw new AmqpError("NOT_IMPLEMENTED", "stream queues are not implemented: use a classic or quorum queue");
  }
  const quorum = type === "quorum";
  for (const name of quorum ? notOnQuorum : notOnClassic) {
    if (args.has(name)) refuse(name, ` of queue type rabbit_${type}_queue`);
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
