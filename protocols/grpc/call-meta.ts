import { Metadata } from "@grpc/grpc-js";
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
  const all = metadata.getMap();
  const found: [string, string][] = [];
  for (const key in all) {
    if (!key.startsWith(PREFIX)) continue;
    const [name, value] = [key.slice(PREFIX.length), all[key]];
    if (isName(name) && isText(value)) found.push([name, value]);
  }
  if (!fits(found)) {
    const most = `${MAX_COUNT} names, or ${MAX_SIZE} characters of names and values`;
    throw new CodedError("MALFORMED_REQUEST", `the metadata ${PREFIX}* has more than ${most}`);
  }
  return Object.fromEntries(found);
}

/** What the action changed goes back, if anything: what no metadata can carry is left out, and all of it when it is too much. */
export function changedIn(now: unknown, came: Texts): Metadata | undefined {
  const changed: [string, string][] = [];
  for (const [name, value] of Object.entries((now ?? {}) as Texts)) {
    if (value !== came[name] && isName(name) && isText(value)) changed.push([name, value]);
  }
  if (changed.length === 0 || !fits(changed)) return undefined;
  const metadata = new Metadata();
  for (const [name, value] of changed) metadata.set(`${PREFIX}${name}`, value);
  return metadata;
}

const fits = (entries: readonly (readonly [string, string])[]): boolean =>
  entries.length <= MAX_COUNT &&
  entries.reduce((size, [name, value]) => size + name.length + value.length, 0) <= MAX_SIZE;
