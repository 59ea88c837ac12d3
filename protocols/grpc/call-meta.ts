import type { Metadata } from "@grpc/grpc-js";
import { CodedError } from "../../errors/index.ts";

/**
 * Metadata `x-meta-NAME` is `ctx.meta.metadata.NAME` of the action. It has a place of its own there: whoever calls chooses it,
 * so nothing may be allowed because of it, and it replaces nothing that a node puts into `ctx.meta`.
 */
const PREFIX = "x-meta-";
/** Of names and values together, characters; a client of any language takes 8 KiB of metadata in all. */
const MAX_SIZE = 4_096;
const MAX_COUNT = 16;

type Texts = Readonly<Record<string, unknown>>;

const isName = (name: string): boolean => /^[a-z0-9][a-z0-9_-]*$/.test(name) && !name.endsWith("-bin");
const isText = (value: unknown): value is string => typeof value === "string" && /^[\x20-\x7e]*$/.test(value);

/** @throws CodedError MALFORMED_REQUEST when it is too much */
export function textsIn(metadata: Metadata): Record<string, string> {
  const found = Object.entries(metadata.getMap()).flatMap(([key, value]) => {
    const name = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : "";
    return isName(name) && isText(value) ? [[name, value] as const] : [];
  });
  if (!fits(found)) {
    const most = `${MAX_COUNT} names, or ${MAX_SIZE} characters of names and values`;
    throw new CodedError("MALFORMED_REQUEST", `the metadata ${PREFIX}* has more than ${most}`);
  }
  return Object.fromEntries(found);
}

/** What the action changed goes back; what no metadata can carry is left out, and all of it when it is too much. */
export function addChanged(metadata: Metadata, now: unknown, came: Texts): void {
  const changed = Object.entries((now ?? {}) as Texts).flatMap(([name, value]) =>
    value !== came[name] && isName(name) && isText(value) ? [[name, value] as const] : [],
  );
  if (fits(changed)) for (const [name, value] of changed) metadata.set(`${PREFIX}${name}`, value);
}

const fits = (entries: readonly (readonly [string, string])[]): boolean =>
  entries.length <= MAX_COUNT &&
  entries.reduce((size, [name, value]) => size + name.length + value.length, 0) <= MAX_SIZE;
