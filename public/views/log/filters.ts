import type { LogEntry } from "./entry.ts";

/** As they stand in the page's address; times are local, as the input gives them. */
export interface Filters {
  readonly name: string;
  readonly severity: string;
  readonly source: string;
  readonly q: string;
  readonly from: string;
  readonly to: string;
}

export const filterNames = ["name", "severity", "source", "q", "from", "to"] as const satisfies (keyof Filters)[];

export const NEWEST_FIRST = "-created_at";

export interface LogQuery extends Filters {
  readonly page: number;
  readonly sort: string;
}

export function logQuery(query: URLSearchParams): LogQuery {
  const filters = Object.fromEntries(filterNames.map((name) => [name, query.get(name) ?? ""]));
  const page = Number(query.get("page") ?? 1);
  return {
    ...(filters as unknown as Filters),
    page: Number.isInteger(page) && page > 0 ? page : 1,
    sort: query.get("sort") ?? NEWEST_FIRST,
  };
}

/** The same for the gateway, which wants absolute times. */
export function gatewayQuery(query: LogQuery, pageSize: number): string {
  const params = new URLSearchParams({ page: String(query.page), pageSize: String(pageSize), sort: query.sort });
  for (const name of filterNames) {
    const value = name === "from" || name === "to" ? absolute(query[name]) : query[name];
    if (value !== "") params.set(name, value);
  }
  return params.toString();
}

/** Would the list with these filters show the entry? As the logger decides it. */
export function matches(entry: LogEntry, filters: Filters): boolean {
  const { name, severity, source, q, from, to } = filters;
  const text = q.toLowerCase();
  const at = Date.parse(entry.created_at ?? "");
  return (
    (name === "" || entry.name === name) &&
    (severity === "" || entry.severity === severity) &&
    (source === "" || entry.source === source) &&
    (q === "" || `${entry.name}\n${entry.data}`.toLowerCase().includes(text)) &&
    (from === "" || at >= Date.parse(from)) &&
    (to === "" || at < Date.parse(to))
  );
}

function absolute(local: string): string {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
