import { ConfigError } from "../../config/load.ts";
import { CodedError } from "../../errors/index.ts";

/** What stands for a request: what handles it, and the values of its pattern's `:names`. */
export interface Match<T> {
  readonly pattern: string;
  readonly handler: T;
  readonly params: Readonly<Record<string, string>>;
}
/** A path that is there, but not by this method. */
export interface Refused {
  readonly pattern: string;
  readonly allowed: readonly string[];
}

interface Route<T> {
  readonly pattern: string;
  readonly names: readonly string[];
  readonly handler: T;
}
/** One path, or one shape of paths. */
interface Place<T> {
  readonly segments: readonly string[];
  readonly methods: Map<string, Route<T>>;
}

const none = {};

/**
 * Finds what a method and a path stand for. `:name` in a pattern takes one segment, an empty one too, which its parameter's
 * validation refuses by name. A path that is written out goes before one with parameters.
 */
export class Router<T> {
  readonly #fixed = new Map<string, Place<T>>();
  readonly #shapes = new Map<string, Place<T>>();

  /** @param route such as `GET /logs/:id` @throws ConfigError when it is there already */
  add(route: string, handler: T): void {
    const [method = "", pattern = ""] = route.split(" ");
    const segments = segmentsOf(pattern).map((segment) => (segment.startsWith(":") ? ":" : segment));
    const names = segmentsOf(pattern).flatMap((segment) => (segment.startsWith(":") ? segment.slice(1) : []));
    const places = names.length === 0 ? this.#fixed : this.#shapes;
    const shape = `/${segments.join("/")}`;
    const place = places.get(shape) ?? { segments, methods: new Map<string, Route<T>>() };
    if (place.methods.has(method)) throw new ConfigError([`${route}: this route is served already`]);
    place.methods.set(method, { pattern, names, handler });
    places.set(shape, place);
  }

  /** @returns undefined when nothing is at the path @throws CodedError MALFORMED_REQUEST for a segment that is no text */
  find(method: string, path: string): Match<T> | Refused | undefined {
    const fixed = this.#fixed.get(path);
    const found = fixed && routeOf(fixed, method);
    if (found) return { pattern: found.pattern, handler: found.handler, params: none };
    const segments = segmentsOf(path);
    const shapes = [...this.#shapes.values()].filter((shape) => fits(shape, segments));
    for (const shape of shapes) {
      const route = routeOf(shape, method);
      if (route) return { pattern: route.pattern, handler: route.handler, params: valuesOf(shape, route, segments) };
    }
    const places = fixed ? [fixed, ...shapes] : shapes;
    const [any] = places.flatMap(({ methods }) => [...methods.values()]);
    return any && { pattern: any.pattern, allowed: allowedOf(places) };
  }
}

const segmentsOf = (path: string): string[] => path.slice(1).split("/");

/** A HEAD is a GET whose body Node leaves out. */
const routeOf = <T>({ methods }: Place<T>, method: string): Route<T> | undefined =>
  methods.get(method) ?? (method === "HEAD" ? methods.get("GET") : undefined);

const fits = <T>({ segments }: Place<T>, path: readonly string[]): boolean =>
  segments.length === path.length && segments.every((segment, index) => segment === ":" || segment === path[index]);

function valuesOf<T>({ segments }: Place<T>, { names }: Route<T>, path: readonly string[]): Record<string, string> {
  const values = path.filter((_, index) => segments[index] === ":").map(decode);
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new CodedError("MALFORMED_REQUEST", "the request's address is malformed");
  }
}

const allowedOf = <T>(places: readonly Place<T>[]): string[] => {
  const methods = places.flatMap(({ methods }) => [...methods.keys()]);
  return [...new Set(methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])))];
};
