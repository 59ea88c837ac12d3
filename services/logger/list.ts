import { invalidField } from "../../errors/index.ts";
import type { DocumentIndex, DocumentStore } from "../../mixins/document-store/document-store.ts";
import { type LogRow, type Severity, toRow } from "./entry.ts";

export interface ListParams {
  readonly name?: string;
  readonly severity?: Severity;
  readonly source?: string;
  /** Text that is in the name or the data, in capitals or not. */
  readonly q?: string;
  /** ISO 8601: the first moment that counts. */
  readonly from?: string;
  /** ISO 8601: the first moment that does not. */
  readonly to?: string;
  readonly page?: number;
  readonly pageSize?: number;
  readonly sort?: Sort;
}

export interface Page {
  readonly rows: readonly LogRow[];
  /** Of all pages. */
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
  readonly totalPages: number;
}

const sortable = ["created_at", "updated_at", "name", "severity", "source"] as const;
type Sort = (typeof sortable)[number] | `-${(typeof sortable)[number]}`;
export const sorts: readonly Sort[] = sortable.flatMap((field): Sort[] => [field, `-${field}`]);

/**
 * What `listEntries` asks for is in an index, with the newest first within equal values. MongoDB only: in a file's indexes
 * such values, each shared by thousands of entries, make removing slow, and its entries are in memory anyway.
 */
export const listIndexes: readonly DocumentIndex[] = [
  { fields: { created_at: -1, _id: -1 } },
  ...["updated_at", "name", "severity", "source"].map((field) => ({
    fields: { [field]: 1, created_at: -1, _id: -1 } as const,
  })),
];

export async function listEntries(documents: Pick<DocumentStore, "find" | "count">, params: ListParams): Promise<Page> {
  const { page = 1, pageSize = 20, sort = "-created_at" } = params;
  const query = toQuery(params);
  const [found, total] = await Promise.all([
    documents.find({ query, sort: inFull(sort), offset: (page - 1) * pageSize, limit: pageSize }),
    documents.count({ query }),
  ]);
  return { rows: found.map(toRow), total, page, pageSize, totalPages: Math.ceil(total / pageSize) };
}

/** Values are validated text, so none of them can be an operator. */
export function toQuery({ name, severity, source, q, from, to }: ListParams): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  if (name) query.name = name;
  if (severity) query.severity = severity;
  if (source) query.source = source;
  if (from || to) {
    query.created_at = { ...(from ? { $gte: moment("from", from) } : {}), ...(to ? { $lt: moment("to", to) } : {}) };
  }
  if (q) {
    const text = new RegExp(escaped(q), "i");
    query.$or = [{ name: text }, { data: text }];
  }
  return query;
}

/** Every order is a total one, and along an index: forwards or backwards. */
function inFull(sort: Sort): string[] {
  if (sort === "created_at") return ["created_at", "_id"];
  if (sort === "-created_at") return ["-created_at", "-_id"];
  return sort.startsWith("-") ? [sort, "created_at", "_id"] : [sort, "-created_at", "-_id"];
}

/** Found as it is written, whatever a regular expression would make of it; NUL cannot stand in MongoDB's as itself. */
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&").replaceAll("\0", "\\x00");

const isoMoment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** A day is its first moment; without a time zone it is UTC. */
function moment(field: string, text: string): Date {
  const zoned = /T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes("T") ? text : `${text}Z`;
  const time = new Date(zoned);
  if (isoMoment.test(text) && !Number.isNaN(time.getTime())) return time;
  throw invalidField(field, "must be a time such as 2026-01-31 or 2026-01-31T12:00:00Z.");
}
