import type { Table } from "../codec/fields.ts";
import { changeProperties, type Properties, readProperties } from "../codec/properties.ts";
import { AmqpError } from "../errors.ts";
import type { Content } from "../frames.ts";

/** RabbitMQ's bound on expirations and TTLs, milliseconds (about 49 days). */
export const maxTtl = 4_294_967_295;
/** What a queued message costs beside its own bytes: the objects around it. Rounded up, bytes. */
const overhead = 512;

/** A published message: where to, and its content as it came. Immutable; several queues may hold the same one. */
export class Message implements Content {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: Buffer;
  readonly body: Buffer;
  readonly persistent: boolean;
  readonly priority: number;
  /** Time to live in milliseconds, where the publisher set one. */
  readonly expiration: number | undefined;

  constructor(exchange: string, routingKey: string, content: Content, known = readProperties(content.properties)) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.properties = content.properties;
    this.body = content.body;
    this.persistent = known.deliveryMode === 2;
    this.priority = known.priority ?? 0;
    this.expiration = parseExpiration(known);
  }

  /** Decoded anew at each call: few messages need it, and none keeps it. */
  get headers(): Table {
    return readProperties(this.properties).headers;
  }

  /** What it takes of the memory limit, bytes. */
  get cost(): number {
    return this.body.length + this.properties.length + overhead;
  }

  /** The same message with other headers. */
  withHeaders(headers: Table): Message {
    const properties = changeProperties(this.properties, { headers });
    return new Message(this.exchange, this.routingKey, { properties, body: this.body });
  }
}

function parseExpiration({ expiration }: Properties): number | undefined {
  if (expiration === undefined) return undefined;
  const leading = /^[+-]?\d+/.exec(expiration)?.[0];
  const refuse = (reason: string): never => {
    throw new AmqpError("PRECONDITION_FAILED", `invalid expiration '${expiration}': ${reason}`);
  };
  if (leading === undefined) return refuse("no_integer");
  if (leading !== expiration) return refuse(`{leftover_string,<<"${expiration.slice(leading.length)}">>}`);
  const value = Number(expiration);
  if (value < 0) return refuse(`{value_negative,${value}}`);
  if (value > maxTtl) return refuse(`{value_too_big,${value}}`);
  return value;
}

/** Sender-selected distribution: the routing key, then those in the headers CC and BCC. */
export function routingKeys(routingKey: string, headers: Table): string[] {
  return [routingKey, ...headerRoutes(headers, "CC"), ...headerRoutes(headers, "BCC")];
}

function headerRoutes(headers: Table, name: "CC" | "BCC"): string[] {
  const field = headers.get(name);
  if (field === undefined) return [];
  if (field.type !== "array") {
    throw new AmqpError("PRECONDITION_FAILED", `{unacceptable_type_in_header,<<"${name}">>,${field.type}}`);
  }
  return field.value.flatMap((key) => (key.type === "longstr" ? [key.value] : []));
}

/** BCC routes are for the server's eyes: the header is taken out before anybody receives the message. */
export function withoutBcc(message: Message, headers: Table): Message {
  if (!headers.has("BCC")) return message;
  return message.withHeaders(new Map([...headers].filter(([name]) => name !== "BCC")));
}
