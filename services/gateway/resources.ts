import { CodedError } from "../../errors/index.ts";
import { fromQuery, fromText } from "../../protocols/rest/address.ts";
import { readJsonObject } from "../../protocols/rest/body.ts";
import { type Rule, rulesNamed } from "../../protocols/rule.ts";
import type { Work } from "./answer.ts";
import type { WebRequest } from "./web-request.ts";

/** A route that is one operation of another node; all are for who is signed in. */
export interface Resource {
  readonly operation: string;
  /** The operation's parameters that are in the query, or in the body (or are the body); those that the path names are there. */
  readonly query?: readonly string[];
  readonly body?: readonly string[] | "whole";
  /** When the body is less than any of them. */
  readonly check?: (body: Given) => Given;
  readonly says: string;
}

type Given = Readonly<Record<string, unknown>>;

/** What the page's views of log, mail, dead letters and the lab are made of. GET is answered 200, what changes something 202. */
export const resources: Readonly<Record<string, Resource>> = {
  "GET /logs": {
    operation: "logger.list",
    query: ["name", "severity", "source", "q", "from", "to", "page", "pageSize", "sort"],
    says: "log entries",
  },
  "GET /logs/:id": { operation: "logger.get", says: "log entry" },
  "DELETE /logs/:id": { operation: "logger.remove", says: "log entry removed" },
  "DELETE /logs": { operation: "logger.clear", query: ["source"], says: "log cleared" },

  "GET /mails": { operation: "mailer.list", query: ["status", "page", "pageSize"], says: "mails" },
  "GET /mails/:id": { operation: "mailer.get", says: "mail" },
  "POST /mails/:id/resend": { operation: "mailer.resend", says: "mail is sent again" },
  "GET /mail-templates": { operation: "mailer.templates", says: "mail templates" },
  "POST /mail-templates/:template/preview": { operation: "mailer.preview", body: ["variables"], says: "preview" },

  "GET /dead-letters": { operation: "listener.deadLetters", query: ["limit"], says: "dead letters" },
  "POST /dead-letters/resend": {
    operation: "listener.resend",
    body: ["id", "all"],
    check: oneOrAll,
    says: "dead letters sent back",
  },

  "GET /lab": { operation: "lab.status", says: "the run under way, or the last one" },
  "POST /lab": { operation: "lab.run", body: "whole", says: "the run has begun" },
  "DELETE /lab": { operation: "lab.stop", says: "the run is told to stop" },
  "GET /lab/reports": { operation: "lab.reports", says: "reports" },
  "GET /lab/reports/:id": { operation: "lab.report", says: "report" },
};

interface Surroundings {
  readonly bodyLimit: number;
  /** The parameters' rules of another node's operation; undefined while none has it. */
  readonly paramsOf: (operation: string) => object | undefined;
}

export const resourceWork =
  (resource: Resource, surroundings: Surroundings): Work =>
  async (request) => {
    const value = await request.ask(resource.operation, await paramsIn(request, resource, surroundings));
    return { status: request.method === "GET" ? 200 : 202, message: resource.says, value };
  };

/** What the path says goes before the rest. */
async function paramsIn(
  request: WebRequest,
  { operation, query = [], body, check }: Resource,
  { bodyLimit, paramsOf }: Surroundings,
): Promise<object> {
  const rules = (names: readonly string[]) => rulesNamed(paramsOf(operation), names);
  const inBody = body === undefined ? {} : pick(await readJsonObject(request, bodyLimit), body);
  const path = request.$params?.params ?? {};
  const inPath = [...rules(Object.keys(path))].map(([name, rule]) => [name, fromText(rule, String(path[name]))]);
  return { ...queryOf(request, rules(query)), ...(check?.(inBody) ?? inBody), ...Object.fromEntries(inPath) };
}

const pick = (given: Given, names: readonly string[] | "whole"): Given =>
  names === "whole"
    ? given
    : Object.fromEntries(names.filter((name) => Object.hasOwn(given, name)).map((name) => [name, given[name]]));

/**
 * The query's parameters. Where one only looks, an empty one is none: a form sends those. What changes something is not to
 * change more for it.
 */
function queryOf({ method, exchange }: WebRequest, rules: ReadonlyMap<string, Rule>): Given {
  const { searchParams } = exchange.url;
  const query = method === "GET" ? [...searchParams].filter(([, text]) => text !== "") : searchParams;
  return fromQuery(rules, new URLSearchParams(query));
}

/** `{"id"}` for one, `{"all": true}` for all of them. */
function oneOrAll({ id, all }: Given): Given {
  if (all === true) return { all: true };
  if (typeof id === "string" && id !== "") return { id };
  throw new CodedError("VALIDATION_FAILED", 'the field "id" must be a string, or "all" must be true');
}
