import type { Table } from "../codec/fields.ts";
import { changeProperties, type Properties, readProperties } from "../codec/properties.ts";
import { AmqpError } from "../errors.ts";
import type { Content } from "../frames.ts";

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
  /** The keys of CC and BCC, by which it is routed too. */
  readonly copies: readonly string[];

  /** @throws AmqpError PRECONDITION_FAILED for an expiration, CC or BCC that is none */
  constructor(
    exchange: string,
    routingKey: string,
    content: Content,
    copies?: readonly string[],
    known: Properties = readProperties(content.properties),
  ) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.properties = content.properties;
    this.body = content.body;
    this.persistent = known.deliveryMode === 2;
    this.priority = known.priority ?? 0;
    this.expiration = parseExpiration(known);
    this.copies = copies ?? copyRoutes(known.headers);
  }

  /** All keys it is routed by. */
  get keys(): string[] {
    return [this.routingKey, ...this.copies];
  }

  /** Decoded anew at each call: few messages need it, and none keeps it. */
  get headers(): Table {
    return readProperties(this.properties).headers;
  }

  /** What it takes of the memory limit, bytes. */
  get cost(): number {
    return this.body.length + this.properties.length + overhead;
  }

  /** The same message with other headers; it keeps the keys it was routed by. */
  withHeaders(headers: Table): Message {
    const properties = changeProperties(this.properties, { headers });
    return new Message(this.exchange, this.routingKey, { properties, body: this.body }, this.copies);
  }

  /** BCC is for the server's eyes: the header is taken out before anybody receives the message. */
  withoutBcc(): Message {
    // Without further keys there is no such header, and nothing to decode.
    const headers = this.copies.length > 0 ? this.headers : undefined;
    if (!headers?.has("BCC")) return this;
    return this.withHeaders(new Map([...headers].filter(([name]) => name !== "BCC")));
  }
}

function parseExpiration({ expiration }: Properties): number | undefined {
  if (expiration === undefined) return undefined;
  const leading = /^[+-]?\d+/.exec(expiration)?.[0];
  const refuse = (reason: string): never => {
    throw new AmqpError("PRECONDITION_FAILED", `invalid expiration '${expiration}': ${reason}`);
  };
  if (leading === undefined) return refuse("no_integer");
  if (leading !== expiration) return refuse(`{leftover_string,"${expiration.slice(leading.length)}"}`);
  const value = Number(expiration);
  if (value < 0) return refuse(`{value_negative,${value}}`);
  return value;
}

/** Nearly all messages go without: they share one. */
const noCopies: readonly string[] = [];

function copyRoutes(headers: Table): readonly string[] {
  if (headers.size === 0) return noCopies;
  return [...headerRoutes(headers, "CC"), ...headerRoutes(headers, "BCC")];
}

/** Sender-selected distribution: further routing keys in the headers CC and BCC. */
export function headerRoutes(headers: Table, name: "CC" | "BCC"): string[] {
  const field = headers.get(name);
  if (field === undefined) return [];
  if (field.type !== "array") {
    throw new AmqpError(
      "PRECONDITION_FAILED",
      `invalid message: {unacceptable_type_in_header,"${name}",${field.type}}`,
    );
  }
  return field.value.flatMap((key) => (key.type === "longstr" ? [key.value] : []));
}
