import type { DocumentAdapter } from "../../mixins/document-store.mixin.ts";
import type { LogEntry } from "./entry.ts";

/** Stores the batch but for the entries whose `event_id` is already there, in the store or earlier in the batch. */
export async function storeBatch(documents: DocumentAdapter, batch: readonly LogEntry[]): Promise<void> {
  const ids = batch.flatMap(({ event_id }) => event_id ?? []);
  const seen = new Set<string>();
  if (ids.length > 0) {
    const stored = (await documents.find({ query: { event_id: { $in: ids } } })) as unknown as LogEntry[];
    for (const { event_id } of stored) if (event_id !== undefined) seen.add(event_id);
  }
  const fresh = batch.filter(({ event_id }) => {
    if (event_id === undefined) return true;
    if (seen.has(event_id)) return false;
    seen.add(event_id);
    return true;
  });
  if (fresh.length > 0) await documents.insertMany(fresh.map((entry) => ({ ...entry })));
}
