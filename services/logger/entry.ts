import { newDocumentId } from "../../mixins/document-store/document-id.ts";
import type { StoredDocument } from "../../mixins/document-store/document-store.ts";

export const severities = ["info", "warning", "error"] as const;
export type Severity = (typeof severities)[number];

/** One entry of the log, as it is stored; a field without a value is left out. */
export type LogEntry = {
  readonly _id: string;
  readonly name: string;
  readonly data: string;
  readonly severity: Severity;
  /** Who wrote it. */
  readonly source?: string;
  /** The protocol it came over. */
  readonly via?: string;
  /** Idempotency key: a second write with the same id stores nothing. */
  readonly event_id?: string;
  readonly request_id?: string;
  readonly created_at: Date;
  readonly updated_at: Date;
};

export interface WriteParams {
  readonly name: string;
  readonly data: string;
  readonly severity?: Severity;
  readonly source?: string;
  readonly via?: string;
  readonly event_id?: string;
}

export function toEntry(params: WriteParams, requestId: string | undefined, now = new Date()): LogEntry {
  const { name, data, severity = "info", source, via, event_id } = params;
  return {
    _id: newDocumentId(now.getTime()),
    // Half a surrogate pair cannot be stored in UTF-8: it is replaced alike in every store.
    name: name.toWellFormed(),
    data: data.toWellFormed(),
    severity,
    ...(source === undefined ? {} : { source }),
    ...(via === undefined ? {} : { via }),
    ...(event_id === undefined ? {} : { event_id }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
    created_at: now,
    updated_at: now,
  };
}

/** About how much memory an entry takes, bytes. */
export const sizeOf = ({ name, data }: Pick<LogEntry, "name" | "data">): number => 256 + name.length + data.length;

/** An entry as readers get it. The original system's entries have name, data and the two times only. */
export interface LogRow {
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly severity?: string;
  readonly source?: string;
  readonly via?: string;
  readonly event_id?: string;
  readonly request_id?: string;
  /** ISO 8601. */
  readonly created_at?: string;
  readonly updated_at?: string;
}

export function toRow(document: StoredDocument | LogEntry): LogRow {
  const { _id, created_at, updated_at, name, data, severity, source, via, event_id, request_id } =
    document as StoredDocument & Partial<LogRow>;
  return {
    id: String(_id),
    name: name ?? "",
    data: data ?? "",
    severity,
    source,
    via,
    event_id,
    request_id,
    created_at: isoTime(created_at),
    updated_at: isoTime(updated_at),
  };
}

const isoTime = (time: unknown): string | undefined =>
  time instanceof Date && !Number.isNaN(time.getTime()) ? time.toISOString() : undefined;
