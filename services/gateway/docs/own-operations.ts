import { protocols } from "../../../protocols/protocol.ts";
import { objectOf, type Schema } from "../../../protocols/rest/json-schema.ts";
import { type Action, answerOf, type Described } from "../../../protocols/rest/openapi.ts";
import { routesOf } from "../../../protocols/rest/route.ts";
import { type Rule, rulesNamed, rulesOf } from "../../../protocols/rule.ts";
import { meshRule } from "../live/mesh.ts";
import { operations } from "../operations.ts";
import { type Resource, resources } from "../resources.ts";

interface Surroundings {
  /** Whether what tells addresses of the inner network, and what writes, is for anyone. */
  readonly isOpen: boolean;
  /** What is known of another node's operation; undefined while none has it. */
  readonly actionOf: (operation: string) => Action | undefined;
}

/** The gateway's routes; their parameters are those of the operations behind them, as far as these are there. */
export function ownOperations({ isOpen, actionOf }: Surroundings): Described[] {
  const rules = (operation: string, names: readonly string[]) => rulesNamed(actionOf(operation)?.params, names);
  const payloads = Object.entries(operations).map(([action, { operation, field, takes }]): [string, Schema] => [
    action,
    payload(action, field, objectOf(rules(operation, takes))),
  ]);
  const answerFrom = (operation: string) => answerOf(actionOf(operation) ?? {});
  const log = {
    body: objectWith(["log"], Object.fromEntries(payloads).log),
    answer: answerFrom("logger.write"),
    says: "logged",
    isGuarded: !isOpen,
  };
  const login = objectOf(rules("auth.authenticate", ["email", "password"]));
  return [
    own("GET /", { summary: "Says that it is there, and tells the log", says: "Received request", status: 202 }),
    own("POST /", { summary: "Says that it is there, and tells the log", says: "Received request" }),
    own("POST /handle", {
      summary: "Does what the payload's action says, over the protocol that via names",
      body: { oneOf: payloads.map(([, schema]) => schema) },
      answer: eitherOf(Object.values(operations).map(({ operation }) => answerFrom(operation))),
      says: "What became of it; `data` is the value",
    }),
    own("POST /log-rest", { summary: "Writes to the log over REST", ...log }),
    own("POST /log-rpc", { summary: "Writes to the log over JSON-RPC", ...log }),
    own("POST /log-grpc", { summary: "Writes to the log over gRPC, within a second", ...log }),
    own("POST /log-amqp", { summary: "Writes to the log over AMQP", ...log }),
    own("POST /log-mesh", { summary: "Writes to the log over the mesh", ...log }),
    own("POST /session", {
      summary: "Signs in; sets the cookie",
      body: login,
      answer: answerFrom("auth.authenticate"),
      says: "Signed in",
    }),
    own("GET /session", {
      summary: "Who is signed in",
      answer: answerFrom("auth.findUser"),
      says: "Signed in",
      isGuarded: true,
    }),
    own("DELETE /session", { summary: "Signs out", says: "Signed out" }),
    own("GET /mesh", {
      summary: "The nodes and how they are",
      answer: answerOf({ returns: meshRule }),
      says: "mesh",
      isGuarded: !isOpen,
    }),
    own("GET /mesh/stream", {
      summary: "The nodes, pushed as they change",
      says: "Events",
      ...stream,
      isGuarded: !isOpen,
    }),
    own("GET /logs/stream", {
      summary: "Log entries, pushed as they are stored",
      says: "Events",
      ...stream,
      isGuarded: true,
    }),
    own("GET /lab/stream", {
      summary: "A run of the lab, pushed as it goes on",
      says: "Events",
      ...stream,
      isGuarded: true,
    }),
    own("GET /lab/reports/:id/download", {
      summary: "A report as a file",
      params: rules("lab.report", ["id", "format"]),
      says: "The file",
      produces: "*/*",
      isGuarded: true,
    }),
    ...Object.entries(resources).map(([route, resource]) => resourceAt(route, resource, actionOf(resource.operation))),
  ];
}

const stream = { produces: "text/event-stream" };

interface Own extends Omit<Described, "id" | "tags" | "route"> {
  /** None unless said. */
  readonly params?: ReadonlyMap<string, Rule>;
  readonly status?: number;
}

function own(route: string, { params = new Map(), status, ...told }: Own): Described {
  const [of] = routesOf({ route, says: told.says }, Object.fromEntries(params));
  if (of === undefined) throw new Error(`${route} is no route`);
  return { ...told, id: idOf(route), tags: ["gateway"], route: { ...of, status: status ?? of.status } };
}

function resourceAt(
  route: string,
  { query = [], body = [], says }: Resource,
  action: ReturnType<Surroundings["actionOf"]>,
): Described {
  const inPath = [...route.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  const inBody = body === "whole" ? [...rulesOf(action?.params).keys()] : body;
  const params = rulesNamed(action?.params, [...inPath, ...query, ...inBody]);
  return own(route, {
    summary: action?.description ?? says,
    says,
    params,
    answer: answerOf(action ?? {}),
    isGuarded: true,
  });
}

/** Undefined as long as one of them is not known. */
function eitherOf(schemas: readonly (Schema | undefined)[]): Schema | undefined {
  const known = schemas.flatMap((schema) => schema ?? []);
  return known.length === schemas.length ? { anyOf: known } : undefined;
}

const payload = (action: string, field: string, params: Schema): Schema =>
  objectWith(["action", field], {
    properties: { action: { const: action }, [field]: params, via: { enum: protocols } },
  });

const objectWith = (required: readonly string[], schema: Schema = {}): Schema => ({
  ...schema,
  type: "object",
  required,
});

/** `POST /mails/:id/resend` is `gateway.postMailsIdResend`. */
const idOf = (route: string): string =>
  `gateway.${route.toLowerCase().replace(/[^a-z]+([a-z])?/g, (_, letter?: string) => (letter ?? "").toUpperCase())}`;
