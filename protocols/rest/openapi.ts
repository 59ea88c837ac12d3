import { codes } from "../../errors/codes.ts";
import type { Exposure } from "../exposure.ts";
import { answerSchema } from "../grpc/answer-schema.ts";
import { type Rule, toRule } from "../rule.ts";
import { isRequired, objectOf, type Schema, schemaOf } from "./json-schema.ts";
import { type Route, routesOf } from "./route.ts";

/** What an action says of itself. */
export interface Action {
  readonly expose?: Exposure;
  readonly params?: object;
  readonly returns?: object;
  readonly description?: string;
}

/** One operation by one of its routes. */
export interface Described {
  /** Unique in the document. */
  readonly id: string;
  /** What it stands under: its service, and the gateway where it has the same route. */
  readonly tags: readonly string[];
  readonly summary: string;
  readonly route: Route;
  /** The envelope's message on success, or what its template is. */
  readonly says: string;
  /** The envelope's `data` on success, as an object's part, when it is known. */
  readonly answer?: Schema;
  /** When its parameters do not say it all. */
  readonly body?: Schema;
  /** For who is signed in at the gateway. */
  readonly isGuarded?: boolean;
  /** Where it is, when that is not where the others are. */
  readonly servers?: readonly Server[];
  /** When success is no envelope. */
  readonly produces?: string;
}

export interface Server {
  readonly url: string;
  readonly description: string;
}

export interface OpenApi {
  readonly openapi: "3.1.0";
  readonly info: Schema;
  readonly servers?: readonly Server[];
  readonly tags: readonly Schema[];
  readonly paths: Readonly<Record<string, Schema>>;
  readonly components: Schema;
}

/** The contract's, not the package's. */
const VERSION = "1.0";

const description = [
  'Every answer is an envelope: `{"error", "message", "data"?}`, with `"code"` when it is an error.',
  "Unknown fields are ignored. `X-Request-Id` is taken or made, and told; `X-Node` names the node that answered.",
].join(" ");

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

interface Surroundings {
  /** Where the operations are that do not say; else where the document is. */
  readonly servers?: readonly Server[];
  /** How guarded operations know who asks: `cookie` and `bearer`. */
  readonly securitySchemes?: Schema;
}

/** An OpenAPI 3.1 document. */
export function openApi(
  title: string,
  operations: readonly Described[],
  { servers, securitySchemes }: Surroundings = {},
): OpenApi {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const described of operations) {
    const path = templateOf(described.route.path);
    paths[path] = { ...paths[path], [described.route.method.toLowerCase()]: operation(described) };
  }
  return {
    openapi: "3.1.0",
    info: { title, version: VERSION, description },
    servers,
    tags: [...new Set(operations.flatMap(({ tags }) => tags))].map((name) => ({ name })),
    paths,
    components: { schemas: { Success, Failure }, securitySchemes },
  };
}

/** An action as its exposure has it: one description a route. @param operation its full name */
export function describe(operation: string, action: Action): Described[] {
  const { expose, params, description } = action;
  const { rest } = expose ?? {};
  if (rest === undefined) return [];
  const answer = answerOf(action);
  return routesOf(rest, params).map((route, index) => ({
    id: index === 0 ? operation : `${operation}-${index + 1}`,
    tags: operation.split(".", 1),
    summary: description ?? operation,
    route,
    says: rest.says,
    answer,
  }));
}

/** What an action returns, as it says itself, or as the .proto says it. Nothing (null, too) is left out of an envelope. */
export function answerOf({ returns, expose }: Action): Schema | undefined {
  if (returns !== undefined) return objectOf(new Map([["data", toRule(returns)]]));
  const data = expose && answerSchema(expose);
  return data && { type: "object", properties: { data }, required: ["data"] };
}

/** `/logs/:id` as OpenAPI has it. */
const templateOf = (path: string): string => path.replace(/:(\w+)/g, "{$1}");

function operation({ id, tags, summary, route, says, answer, body, isGuarded, servers, produces }: Described): Schema {
  const { inPath, inQuery, inBody, status } = route;
  const parameters = [...parametersIn("path", inPath), ...parametersIn("query", inQuery)];
  const content = body ?? (inBody && objectOf(inBody));
  return {
    operationId: id,
    tags,
    summary,
    ...(servers === undefined ? {} : { servers }),
    ...(isGuarded ? { security: [{ cookie: [] }, { bearer: [] }] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(content === undefined ? {} : { requestBody: { required: true, content: json(content) } }),
    responses: {
      [status]: { description: says, content: produces === undefined ? json(successWith(answer)) : { [produces]: {} } },
      ...(parameters.length > 0 || content
        ? { 400: refused("A parameter is missing or wrong; the message names it") }
        : {}),
      ...(isGuarded ? { 401: refused("Nobody is signed in") } : {}),
      default: refused("Any other error: its code tells which"),
    },
  };
}

const parametersIn = (place: "path" | "query", rules: ReadonlyMap<string, Rule>): Schema[] =>
  [...rules].map(([name, rule]) => ({
    name,
    in: place,
    required: place === "path" || isRequired(rule),
    schema: schemaOf(rule),
  }));

const successWith = (answer?: Schema): Schema =>
  answer === undefined ? ref("Success") : { allOf: [ref("Success"), answer] };

const json = (schema: Schema): Schema => ({ "application/json": { schema } });
const refused = (what: string): Schema => ({ description: what, content: json(ref("Failure")) });

const Success: Schema = {
  type: "object",
  required: ["error", "message"],
  properties: { error: { const: false }, message: { type: "string" }, data: { description: "The operation's value" } },
};

/** In Markdown. */
const codeTable = [
  "Stable; a client may rely on it.",
  "",
  "| code | status | may the same request succeed later? |",
  "| --- | --- | --- |",
  ...Object.entries(codes).map(([code, { http, retryable }]) => `| ${code} | ${http} | ${retryable ? "yes" : "no"} |`),
].join("\n");

const Failure: Schema = {
  type: "object",
  required: ["error", "message", "code"],
  properties: {
    error: { const: true },
    message: { type: "string", description: "What happened, for the person who reads it" },
    code: { enum: Object.keys(codes), description: codeTable },
    data: { description: "The fields that are wrong, or when to try again" },
  },
};
