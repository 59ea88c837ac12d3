import { domainToASCII } from "node:url";
import { invalidField } from "../../errors/index.ts";
import type { Address } from "./mail.ts";
import { oneLine } from "./one-line.ts";

/** Recipients of one mail. */
export const MAX_RECIPIENTS = 50;

/** RFC 5322's dot-atom; quoted local parts are legal and nobody has one. */
const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * `me@example.com`, or with a name: `Me <me@example.com>`. A domain with other letters becomes its ASCII form.
 * @throws CodedError VALIDATION_FAILED that names the field
 */
export function parseAddress(field: string, text: string): Address {
  const written = oneLine(field, text).trim();
  const named = /^(?:"([^"\\]{0,200})"|([^"<>@,;]{0,200}))\s*<([^<>]*)>$/.exec(written);
  if (named === null) return { address: checked(field, written) };
  const name = (named[1] ?? named[2] ?? "").trim();
  const address = checked(field, (named[3] ?? "").trim());
  return name === "" ? { address } : { name, address };
}

/** One address, several with commas between them, or a list; each recipient once. @throws CodedError VALIDATION_FAILED */
export function parseAddresses(field: string, given: string | readonly string[]): Address[] {
  const texts = typeof given === "string" ? split(given) : given;
  if (texts.length === 0) throw invalidField(field, "must have an address.");
  if (texts.length > MAX_RECIPIENTS) throw invalidField(field, `must not have more than ${MAX_RECIPIENTS} addresses.`);
  const addresses = texts.map((text) => parseAddress(field, text));
  return [...new Map(addresses.map((address) => [address.address.toLowerCase(), address])).values()];
}

/** At the commas that are not in a quoted name. */
const split = (text: string): readonly string[] => text.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/, MAX_RECIPIENTS + 1);

function checked(field: string, address: string): string {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  const domain = domainToASCII(address.slice(at + 1));
  const labels = domain.split(".");
  const isDomain =
    domain.length <= 253 && labels.every((part) => label.test(part)) && (labels.length > 1 || domain === "localhost");
  // An address of numbers is none; domainToASCII would also make one of "1.2" or "0x7f000001".
  const isNumber = /^\d+$/.test(labels.at(-1) ?? "");
  if (at < 1 || local.length > 64 || !localPart.test(local) || !isDomain || isNumber) {
    throw invalidField(field, "must be an email address.");
  }
  return `${local}@${domain}`;
}
