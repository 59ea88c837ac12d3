/** One line of the log, as it is stored. */
export interface LogEntry {
  name: string;
  data: string;
  severity: string;
  /** Who wrote it. */
  source?: string;
  /** Idempotency key: a second write with the same id stores nothing. */
  event_id?: string;
  request_id?: string;
  created_at: Date;
  updated_at: Date;
}

export interface WriteParams {
  readonly name: string;
  readonly data: string;
  readonly severity?: "info" | "warning" | "error";
  readonly source?: string;
  readonly event_id?: string;
}

export function toEntry(params: WriteParams, requestId: string | undefined, now = new Date()): LogEntry {
  const { name, data, severity = "info", source, event_id } = params;
  return { name, data, severity, source, event_id, request_id: requestId, created_at: now, updated_at: now };
}
