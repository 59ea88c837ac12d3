import { CodedError } from "../../errors/index.ts";
import { readJsonObject } from "../../protocols/rest/body.ts";
import type { Work } from "./answer.ts";
import type { WebRequest } from "./web-request.ts";

type Params = (request: WebRequest, bodyLimit: number) => object | Promise<object>;

/** A route that is one operation of another node; all are for who is signed in. */
interface Resource {
  readonly operation: string;
  readonly params: Params;
  readonly says: string;
}

/** What the page's views of log, mail, dead letters and the lab are made of. GET is answered 200, what changes something 202. */
export const resources: Readonly<Record<string, Resource>> = {
  "GET /logs": {
    operation: "logger.list",
    params: query("name", "severity", "source", "q", "from", "to", "page", "pageSize", "sort"),
    says: "log entries",
  },
  "GET /logs/:id": { operation: "logger.get", params: path("id"), says: "log entry" },
  "DELETE /logs/:id": { operation: "logger.remove", params: path("id"), says: "log entry removed" },
  "DELETE /logs": { operation: "logger.clear", params: () => ({}), says: "log cleared" },

  "GET /mails": { operation: "mailer.list", params: query("status", "page", "pageSize"), says: "mails" },
  "GET /mails/:id": { operation: "mailer.get", params: path("id"), says: "mail" },
  "POST /mails/:id/resend": { operation: "mailer.resend", params: path("id"), says: "mail is sent again" },
  "GET /mail-templates": { operation: "mailer.templates", params: () => ({}), says: "mail templates" },
  "POST /mail-templates/:name/preview": { operation: "mailer.preview", params: preview, says: "preview" },

  "GET /dead-letters": { operation: "listener.deadLetters", params: query("limit"), says: "dead letters" },
  "POST /dead-letters/resend": { operation: "listener.resend", params: resend, says: "dead letters sent back" },

  "GET /lab": { operation: "lab.status", params: () => ({}), says: "the run under way, or the last one" },
  "POST /lab": { operation: "lab.run", params: readJsonObject, says: "the run has begun" },
  "DELETE /lab": { operation: "lab.stop", params: () => ({}), says: "the run is stopped" },
  "GET /lab/reports": { operation: "lab.reports", params: () => ({}), says: "reports" },
  "GET /lab/reports/:id": { operation: "lab.report", params: path("id"), says: "report" },
};

export const resourceWork =
  ({ operation, params, says }: Resource, bodyLimit: number): Work =>
  async (request) => {
    const value = await request.ask(operation, await params(request, bodyLimit));
    return { status: request.method === "GET" ? 200 : 202, message: says, value };
  };

const wholeNumbers = new Set(["page", "pageSize", "limit"]);

/** The query's parameters of these names; what should be a number and is none the operation refuses by its name. */
function query(...names: readonly string[]): Params {
  return ({ exchange }) => {
    const given = names.flatMap((name) => {
      const value = exchange.url.searchParams.get(name);
      if (value === null || value === "") return [];
      return [[name, wholeNumbers.has(name) && /^\d{1,9}$/.test(value) ? Number(value) : value]];
    });
    return Object.fromEntries(given) as object;
  };
}

function path(name: string): Params {
  return (request) => ({ [name]: request.$params?.params?.[name] });
}

async function preview(request: WebRequest, bodyLimit: number): Promise<object> {
  const { variables } = await readJsonObject(request, bodyLimit);
  return { template: request.$params?.params?.name, variables };
}

/** `{"id"}` for one, `{"all": true}` for all of them. */
async function resend(request: WebRequest, bodyLimit: number): Promise<object> {
  const { id, all } = await readJsonObject(request, bodyLimit);
  if (all === true) return { all: true };
  if (typeof id === "string" && id !== "") return { id };
  throw new CodedError("VALIDATION_FAILED", 'the field "id" must be a string, or "all" must be true');
}
