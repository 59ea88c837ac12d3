import { CodedError } from "../../errors/index.ts";

/**
 * The messages of JSON-RPC 2.0, and of 1.0 as Go's net/rpc/jsonrpc has them. Between this system's own nodes a request has
 * `meta` beside the standard members, and its answer too; who sends none gets none.
 */
export interface RequestMeta {
  readonly requestId?: string;
  readonly traceparent?: string;
  /** ms that the caller waits */
  readonly deadline?: number;
}
export interface AnswerMeta {
  readonly node: string;
  readonly requestId: string;
  /** ms that the node worked on it */
  readonly took: number;
}

/** What a node that leaves tells those of its clients that know `meta`: send nothing more here. */
export const CLOSING = "rpc.closing";

/**
 * The notification by which a client gives up a call that it made over the same connection: `{"method": "$/cancelRequest",
 * "params": {"id": 7}}`, as the Language Server Protocol has it.
 */
export const CANCEL = "$/cancelRequest";

export interface Call {
  readonly version: "1.0" | "2.0";
  /** undefined: a notification, which nobody wants an answer to */
  readonly id: unknown;
  readonly method: string;
  /** An object, or one in an array, or none. */
  readonly params: unknown;
  readonly meta?: RequestMeta;
}

type Members = Record<string, unknown>;

/** A message that is no request; `id` is the one to answer with. */
export class Refused extends CodedError {
  readonly id: unknown;
  readonly version: Call["version"];
  constructor(why: string, id: unknown = null, version: Call["version"] = "2.0") {
    super("INVALID_REQUEST", why);
    this.id = id;
    this.version = version;
  }
}

/** @param batched 1.0 has no batches @throws Refused */
export function readCall(message: unknown, batched: boolean): Call {
  if (!isObject(message)) throw new Refused("a request must be an object, or several in an array");
  return batched || Object.hasOwn(message, "jsonrpc") ? readCall2(message) : readCall1(message);
}

function readCall2({ jsonrpc, id, method, params, meta }: Members): Call {
  const answerable = id === undefined || isId(id) ? (id ?? null) : null;
  if (jsonrpc !== "2.0") throw new Refused('"jsonrpc" must be "2.0"', answerable);
  if (id !== undefined && !isId(id)) {
    throw new Refused('"id" must be a string, null, or a number that JSON carries exactly');
  }
  if (typeof method !== "string") throw new Refused('"method" must be a string', answerable);
  if (params !== undefined && (typeof params !== "object" || params === null)) {
    throw new Refused('"params" must be an object, or an array with one object', answerable);
  }
  return { version: "2.0", id, method, params, meta: readMeta(meta) };
}

/** 1.0 wants an id; null marks a notification. */
function readCall1({ id, method, params, meta }: Members): Call {
  if (id === undefined) throw new Refused('"jsonrpc" is missing; a request of version 1.0 has an "id"');
  if (typeof id === "number" && !isId(id)) {
    throw new Refused('an "id" that is a number must be one that JSON carries exactly', null, "1.0");
  }
  if (typeof method !== "string") throw new Refused('"method" must be a string', id, "1.0");
  if (params !== undefined && !Array.isArray(params)) {
    throw new Refused('"params" must be an array with one object', id, "1.0");
  }
  return { version: "1.0", id: id ?? undefined, method, params, meta: readMeta(meta) };
}

/** A number that JavaScript would change is refused rather than answered with another. */
const isId = (id: unknown): boolean =>
  id === null ||
  typeof id === "string" ||
  (typeof id === "number" && (Number.isSafeInteger(id) || (Number.isFinite(id) && !Number.isInteger(id))));

function readMeta(meta: unknown): RequestMeta | undefined {
  if (!isObject(meta)) return undefined;
  const { requestId, traceparent, deadline } = meta;
  return {
    requestId: typeof requestId === "string" ? requestId : undefined,
    traceparent: typeof traceparent === "string" ? traceparent : undefined,
    deadline: typeof deadline === "number" && Number.isFinite(deadline) ? deadline : undefined,
  };
}

/** @throws CodedError VALIDATION_FAILED */
export function paramsOf({ params = [] }: Call): Members {
  if (!Array.isArray(params)) return params as Members;
  const [only = {}] = params;
  if (params.length <= 1 && isObject(only)) return only;
  throw new CodedError("VALIDATION_FAILED", 'positional "params" must be an array with one object');
}

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The answer to a call that went well, as text. */
export function success({ version, id }: Call, value: unknown, meta?: AnswerMeta): string {
  // What is undefined has no text.
  const result = value ?? null;
  return JSON.stringify(version === "1.0" ? { id, result, error: null, meta } : { jsonrpc: "2.0", id, result, meta });
}

/** `data` of an error: the same code as on every protocol, and what belongs to it. */
export interface ErrorData {
  readonly code: string;
  readonly node: string;
  readonly data?: unknown;
}

/** The answer to what failed; in 1.0, whose clients take nothing but text, its message. */
export function failure(
  { version, id }: Pick<Call, "version" | "id">,
  error: CodedError,
  node: string,
  meta?: AnswerMeta,
): string {
  if (version === "1.0") return JSON.stringify({ id, result: null, error: error.message, meta });
  const data: ErrorData = { code: error.type, node, data: error.data };
  return JSON.stringify({
    jsonrpc: "2.0",
    id,
    error: { code: error.form.jsonRpc, message: error.message, data },
    meta,
  });
}

/** The request of a client of this system; the id stands at the front, where it is found when the rest is too large. */
export const request = (id: number, method: string, params: object, meta: RequestMeta): string =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params, meta });

/** The id that the first bytes of a message show, or null. */
export function idIn(head: string): string | number | null {
  const found = /^\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15}|"[\w.:-]{0,128}")\s*,/.exec(head)?.[1];
  return found === undefined ? null : (JSON.parse(found) as string | number);
}
