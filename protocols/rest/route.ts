import type { ActionSchema } from "moleculer";
import type { RestExposure } from "../exposure.ts";
import { mistakesInTemplate } from "../message-template.ts";
import { type Rule, rulesOf } from "../rule.ts";
import { fitsPath, fitsQuery } from "./address.ts";

/** A route of an action, and where in a request its parameters are. */
export interface Route {
  readonly method: string;
  /** Such as `/logs/:id`. */
  readonly path: string;
  readonly inPath: ReadonlyMap<string, Rule>;
  readonly inQuery: ReadonlyMap<string, Rule>;
  /** What the body, a JSON object, is made of; undefined when there is none. */
  readonly inBody?: ReadonlyMap<string, Rule>;
  /** What success is answered with. */
  readonly status: number;
}

const withBody = new Set(["POST", "PUT", "PATCH"]);
const methods = ["GET", ...withBody, "DELETE"];

/**
 * A parameter that the path names is there; the others are in the query of a GET or DELETE, else in the body. Where the path
 * has all of them no body is read.
 */
export const routesOf = ({ route }: RestExposure, params?: object): Route[] =>
  [route].flat().map((text) => routeOf(text, params));

function routeOf(text: string, params?: object): Route {
  const [method = "", path = ""] = text.split(" ");
  const rules = rulesOf(params);
  const names = new Set(path.split("/").flatMap((segment) => (segment.startsWith(":") ? segment.slice(1) : [])));
  const inPath = new Map([...names].map((name) => [name, rules.get(name) ?? { type: "any" }]));
  const others = new Map([...rules].filter(([name]) => !names.has(name)));
  const inBody = withBody.has(method) && (params === undefined || others.size > 0) ? others : undefined;
  const status = method === "GET" ? 200 : 202;
  return { method, path, inPath, inQuery: withBody.has(method) ? new Map() : others, inBody, status };
}

/** What is wrong with an action's exposure, a line each. */
export function mistakesIn(operation: string, { params, expose }: ActionSchema): string[] {
  const { rest } = expose ?? {};
  if (rest === undefined) return [];
  const known = rulesOf(params);
  const complaints = [rest.route].flat().flatMap((text) => mistakesInRoute(text, known));
  return [...complaints, ...mistakesInTemplate(rest.says, params)].map(
    (complaint) => `${operation}: expose.rest: ${complaint}`,
  );
}

function mistakesInRoute(text: string, known: ReadonlyMap<string, Rule>): string[] {
  if (!/^\w+ \/\S*$/.test(text)) return [`"${text}" is no route, such as "GET /logs/:id"`];
  const { method, path, inPath, inQuery } = routeOf(text, Object.fromEntries(known));
  if (!methods.includes(method)) return [`"${text}": the method must be one of ${methods.join(", ")}`];
  if (!/^\/$|^(\/(:\w+|[\w.~-]+))+$/.test(path)) return [`"${text}": a path is made of names and :parameters`];
  return [
    ...[...inPath].flatMap(([name, rule]) => {
      if (!known.has(name)) return [`"${text}": the action has no parameter "${name}"`];
      return fitsPath(rule) ? [] : [`"${text}": "${name}" cannot stand in a path`];
    }),
    ...[...inQuery].flatMap(([name, rule]) =>
      fitsQuery(rule) ? [] : [`"${text}": "${name}" cannot stand in a query`],
    ),
  ];
}
