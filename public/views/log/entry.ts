/** An entry of the log as `GET /logs` gives it. */
export interface LogEntry {
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly severity?: string;
  readonly source?: string;
  readonly via?: string;
  readonly event_id?: string;
  readonly request_id?: string;
  readonly created_at?: string;
  readonly updated_at?: string;
  /** Only the beginning of `data` came with the stream. */
  readonly truncated?: true;
}

export const severities = ["info", "warning", "error"] as const;

export const severityTone = (severity: string | undefined): string =>
  severity === "error" ? "bad" : severity === "warning" ? "warn" : "plain";
