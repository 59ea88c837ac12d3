import { useState } from "preact/hooks";
import { call } from "../../api/gateway.ts";
import { Block } from "../../components/block.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Facts } from "../../components/facts.tsx";
import { Json } from "../../components/json.tsx";
import { FailureNotice } from "../../components/notice.tsx";
import { Time } from "../../components/time.tsx";
import { useDoing } from "../../lib/doing.ts";
import { useLoading } from "../../lib/loading.ts";
import { type LogEntry, severityTone } from "./entry.ts";

interface EntryDetailProps {
  readonly entry: LogEntry;
  close(): void;
  removed(entry: LogEntry): void;
}

export function EntryDetail({ entry, close, removed }: EntryDetailProps) {
  const [isAsked, ask] = useState(false);
  const doing = useDoing();
  const path = `/logs/${encodeURIComponent(entry.id)}`;
  const whole = useLoading(entry.id, async (signal) =>
    entry.truncated ? call<LogEntry>("GET", path, undefined, signal) : entry,
  );
  const remove = async () => {
    await call("DELETE", path);
    removed(entry);
  };
  const facts = {
    Source: entry.source,
    Over: entry.via,
    Request: entry.request_id,
    Event: entry.event_id,
    Entry: entry.id,
  };
  return (
    <Dialog title={entry.name || "(no name)"} close={close}>
      <p class="muted">
        {entry.severity && <span class={`badge ${severityTone(entry.severity)}`}>{entry.severity}</span>}{" "}
        {entry.created_at && <Time iso={entry.created_at} />}
      </p>
      {whole.failure && <FailureNotice failure={whole.failure} again={whole.again} />}
      <Data text={(whole.value ?? entry).data} />
      <Facts facts={facts} />
      {doing.failure && <FailureNotice failure={doing.failure} />}
      <div class="actions end">
        {isAsked ? (
          <>
            <span role="alert">Delete this entry for good?</span>
            <button type="button" onClick={() => ask(false)}>
              Keep
            </button>
            <button type="button" class="danger" disabled={doing.isBusy} onClick={() => doing.run(remove)}>
              Delete entry
            </button>
          </>
        ) : (
          <button type="button" class="danger" onClick={() => ask(true)}>
            Delete
          </button>
        )}
      </div>
    </Dialog>
  );
}

/** JSON within the text is laid out; all else is shown as it is. */
function Data({ text }: { text: string }) {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return <Json value={value} label="Data" />;
  } catch {
    // Most entries hold plain words.
  }
  return <Block label="Data">{text === "" ? "(empty)" : text}</Block>;
}
