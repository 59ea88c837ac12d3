import { CodedError } from "../../errors/index.ts";
import { readJsonObject } from "../../protocols/rest/body.ts";
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

export const resourceWork =
  (resource: Resource, bodyLimit: number): Work =>
  async (request) => {
    const value = await request.ask(resource.operation, await paramsIn(request, resource, bodyLimit));
    return { status: request.method === "GET" ? 200 : 202, message: resource.says, value };
  };

/** What the path says goes before the rest. */
async function paramsIn(request: WebRequest, { query, body, check }: Resource, bodyLimit: number): Promise<object> {
  const inQuery = query === undefined ? {} : fromQuery(request, query);
  const inBody = body === undefined ? {} : pick(await readJsonObject(request, bodyLimit), body);
  return { ...inQuery, ...(check?.(inBody) ?? inBody), ...request.$params?.params };
}

const pick = (given: Given, names: readonly string[] | "whole"): Given =>
  names === "whole"
    ? given
    : Object.fromEntries(names.filter((name) => Object.hasOwn(given, name)).map((name) => [name, given[name]]));

const wholeNumbers = new Set(["page", "pageSize", "limit"]);

/**
 * The query's parameters of these names; what should be a number and is none the operation refuses by its name. Where one
 * only looks, an empty one is none: a form sends those. What changes something is not to change more for it.
 */
function fromQuery({ method, exchange }: WebRequest, names: readonly string[]): Given {
  const given = names.flatMap((name) => {
    const value = exchange.url.searchParams.get(name);
    if (value === null || (value === "" && method === "GET")) return [];
    return [[name, wholeNumbers.has(name) && /^\d{1,9}$/.test(value) ? Number(value) : value]];
  });
  return Object.fromEntries(given) as Given;
}

/** `{"id"}` for one, `{"all": true}` for all of them. */
function oneOrAll({ id, all }: Given): Given {
  if (all === true) return { all: true };
  if (typeof id === "string" && id !== "") return { id };
  throw new CodedError("VALIDATION_FAILED", 'the field "id" must be a string, or "all" must be true');
}
