import { useEffect, useState } from "preact/hooks";

/** `#/log?severity=ERROR` is the path `log` with its query: a view's state survives a reload, and Back goes back. */
export interface Route {
  readonly path: string;
  readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  return { path: path === "" ? "try" : path, query: new URLSearchParams(query) };
}

/** Leaves out what is empty, so that addresses stay short. */
export function hashOf(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  return `#/${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ""}`;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const changed = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}
