import type { Field } from "./codec/fields.ts";

/** RabbitMQ's reply texts show values as Erlang prints them, and clients' tests match on those texts. */

/** A binary: `<<"text">>` where all of it can be printed, else `<<1,2,3>>`. */
export function binary(bytes: Buffer): string {
  const printable = bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return printable ? `<<"${bytes.toString("latin1")}">>` : `<<${bytes.join(",")}>>`;
}

/** The start of a frame's payload, as its frame errors show it. */
export function octets(type: number, payload: Buffer): string {
  const [how, shown] = payload.length <= 16 ? ["all", payload] : ["first 16", payload.subarray(0, 16)];
  return `type ${type}, ${how} octets = ${binary(shown as Buffer)}`;
}

/** Two arguments that should be the same: with their types only where one of them is missing. */
export function difference(received: Field | undefined, current: Field | undefined): string {
  if (received === undefined || current === undefined) {
    return `received ${typed(received)} but current is ${typed(current)}`;
  }
  return `received '${plain(received)}' but current is '${plain(current)}'`;
}

function typed(field: Field | undefined): string {
  return field === undefined ? "none" : `the value '${plain(field)}' of type '${field.type}'`;
}

export function plain(field: Field): string {
  return field.type === "void" || field.type === "table" || field.type === "array" ? field.type : String(field.value);
}
