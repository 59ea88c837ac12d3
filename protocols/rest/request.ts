import { invalidField } from "../../errors/index.ts";
import { toQuery, toText } from "./address.ts";
import type { Route } from "./route.ts";

/** An operation's parameters as a request carries them. */
export interface RestRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body?: string;
}

/** The longest address, in characters; the head of a request has 16 KiB. */
const MAX_ADDRESS = 12 << 10;

type Params = Readonly<Record<string, unknown>>;

/**
 * By the first of the routes whose path has its parameters.
 * @throws CodedError VALIDATION_FAILED for what no address can carry
 */
export function toRequest(routes: readonly [Route, ...Route[]], params: Params): RestRequest {
  const { method, path, inPath, inQuery, inBody } =
    routes.find((route) => missing(route, params) === undefined) ?? routes[0];
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const rule = inPath.get(name) ?? { type: "any" };
    return segment(toText(name, rule, given(name, params)));
  });
  const address = `${filled}${toQuery(inQuery, params)}`;
  if (address.length > MAX_ADDRESS) throw invalidField(longest(params), "is too long for an address.");
  return { method, path: address, body: inBody === undefined ? undefined : bodyOf(params, inPath) };
}

const missing = ({ inPath }: Route, params: Params): string | undefined =>
  [...inPath.keys()].find((name) => (params[name] ?? undefined) === undefined);

function given(name: string, params: Params): unknown {
  const value = params[name] ?? undefined;
  if (value === undefined) throw invalidField(name, "is required.");
  return value;
}

/** A dot is written out, for `.` and `..` would be read as a way. */
const segment = (text: string): string => encodeURIComponent(text).replaceAll(".", "%2E");

const bodyOf = (params: Params, inPath: Route["inPath"]): string =>
  JSON.stringify(
    inPath.size === 0 ? params : Object.fromEntries(Object.entries(params).filter(([name]) => !inPath.has(name))),
  );

const longest = (params: Params): string =>
  Object.entries(params).reduce(
    (most, [name, value]) => (String(value).length > most.length ? { name, length: String(value).length } : most),
    { name: "", length: -1 },
  ).name;
