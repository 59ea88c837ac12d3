import { array, type Field, integer, long, longstr, string, type Table, table } from "../codec/fields.ts";
import { changeProperties, readProperties, withHeaders } from "../codec/properties.ts";
import { headerRoutes, Message } from "./message.ts";

/** Why a queue let go of a message that nobody acknowledged. */
export type DeathReason = "rejected" | "expired" | "maxlen" | "delivery_limit";

interface Death {
  readonly reason: DeathReason;
  readonly queue: string;
  /** The dead-letter exchange and, where the queue names one, the routing key that replaces the message's own. */
  readonly exchange: string;
  readonly routingKey: string | undefined;
}

/** The message as the dead-letter exchange gets it (RabbitMQ's rabbit_dead_letter). */
export function deadLetter(message: Message, death: Death): Message {
  const { headers, expiration } = readProperties(message.properties);
  const visibleKeys = [message.routingKey, ...headerRoutes(headers, "CC")];
  const record: [string, Field][] = [
    ["reason", longstr(death.reason)],
    ["queue", longstr(death.queue)],
    ["time", { type: "timestamp", value: BigInt(Math.floor(Date.now() / 1000)) }],
    ["exchange", longstr(message.exchange)],
    ["routing-keys", array(visibleKeys.map(longstr))],
  ];
  if (expiration !== undefined) record.push(["original-expiration", longstr(expiration)]);
  let changed = recordDeath(headers, record, death, message.exchange);
  if (death.routingKey !== undefined) changed = new Map([...changed].filter(([name]) => name !== "CC"));
  const properties = changeProperties(message.properties, { headers: changed, expiration: undefined });
  const content = { properties, body: message.body };
  if (death.routingKey !== undefined) return new Message(death.exchange, death.routingKey, content, []);
  return new Message(death.exchange, message.routingKey, content, message.copies);
}

function recordDeath(headers: Table, record: [string, Field][], death: Death, exchange: string): Table {
  const earlier = deaths(headers);
  const isSame = (entry: Table): boolean =>
    string(entry.get("queue")) === death.queue && string(entry.get("reason")) === death.reason;
  const same = earlier.find(isSame);
  const others = earlier.filter((entry) => entry !== same);
  const count = same === undefined ? 1 : (integer(same.get("count")) ?? 0) + 1;
  const entry = table([...(same ?? new Map([["count", long(1)], ...record])), ["count", long(count)]]);
  const list = array([entry, ...others.map((other) => table(other))]);
  if (headers.has("x-death")) return withHeaders(headers, [["x-death", list]]);
  return withHeaders(headers, [
    ["x-death", list],
    ["x-first-death-exchange", longstr(exchange)],
    ["x-first-death-queue", longstr(death.queue)],
    ["x-first-death-reason", longstr(death.reason)],
  ]);
}

/** The x-death entries, latest first. */
function deaths(headers: Table): Table[] {
  const field = headers.get("x-death");
  return field?.type === "array" ? field.value.flatMap((entry) => (entry.type === "table" ? [entry.value] : [])) : [];
}

/** Whether a message with these headers has come round to a queue where it died before, with no consumer's reject on the way: it is dropped. */
export function isCycle(headers: Table, queue: string): boolean {
  const list = deaths(headers);
  const at = list.findIndex((entry) => string(entry.get("queue")) === queue);
  return at >= 0 && list.slice(0, at + 1).every((entry) => string(entry.get("reason")) !== "rejected");
}
