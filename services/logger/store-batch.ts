import { CodedError } from "../../errors/index.ts";
import type { DocumentStore, StoredDocument } from "../../mixins/document-store/document-store.ts";
import type { LogEntry } from "./entry.ts";
import type { Outcome } from "./group-commit.ts";

/** The id under which the entry is in the log: its own, or that of the first one with its `event_id`. */
export interface Written {
  readonly id: string;
  /** Nothing was stored for this write. */
  readonly duplicate?: true;
}

type Store = Pick<DocumentStore, "insertEach" | "find" | "findByIds">;

/**
 * Stores the batch in one insert. The unique index on `event_id` decides what is a duplicate, also among replicas; a
 * duplicate's writer is told of the first. The same batch may be stored again when its answer was lost.
 */
export async function storeBatch(store: Store, batch: readonly LogEntry[]): Promise<Outcome<Written>[]> {
  const firsts = firstOfEachEvent(batch);
  const entries = batch.filter((entry) => entry.event_id === undefined || firsts.get(entry.event_id) === entry);
  const outcomes = await store.insertEach(entries);

  const duplicates = entries.filter((_, index) => outcomes[index] === "duplicate");
  const stored = duplicates.length === 0 ? new Map<string, string>() : await findStored(store, duplicates);
  const results = new Map<LogEntry, Outcome<Written>>();
  entries.forEach((entry, index) => {
    const outcome = outcomes[index];
    if (outcome === "duplicate") results.set(entry, { value: asStored(entry, stored) });
    else if (outcome === "stored") results.set(entry, { value: { id: entry._id } });
    else results.set(entry, refused(outcome?.error));
  });
  return batch.map((entry) => results.get(entry) ?? asFirst(results.get(firsts.get(entry.event_id ?? "") ?? entry)));
}

function firstOfEachEvent(batch: readonly LogEntry[]): Map<string, LogEntry> {
  const firsts = new Map<string, LogEntry>();
  for (const entry of batch) {
    if (entry.event_id !== undefined && !firsts.has(entry.event_id)) firsts.set(entry.event_id, entry);
  }
  return firsts;
}

/** @returns ids of what is there, by its id and by its `event_id` */
async function findStored(store: Store, entries: readonly LogEntry[]): Promise<Map<string, string>> {
  const events = entries.flatMap(({ event_id }) => event_id ?? []);
  const found: StoredDocument[] = [
    ...(await store.findByIds(entries.map(({ _id }) => _id))),
    ...(events.length === 0 ? [] : await store.find({ query: { event_id: { $in: events } } })),
  ];
  return new Map(
    found.flatMap(({ _id, event_id }) => [
      [String(_id), String(_id)],
      [`event ${event_id}`, String(_id)],
    ]),
  );
}

/** @throws CodedError DEPENDENCY_UNAVAILABLE when what it is a duplicate of was removed meanwhile: then it is stored anew */
function asStored({ _id, event_id }: LogEntry, stored: ReadonlyMap<string, string>): Written {
  if (stored.has(_id)) return { id: _id }; // An earlier attempt stored it and its answer was lost.
  const id = stored.get(`event ${event_id}`);
  if (id === undefined) throw new CodedError("DEPENDENCY_UNAVAILABLE", "the log changed meanwhile");
  return { id, duplicate: true };
}

function asFirst(first: Outcome<Written> | undefined): Outcome<Written> {
  return first !== undefined && "value" in first
    ? { value: { id: first.value.id, duplicate: true } }
    : (first ?? refused());
}

const refused = (cause?: unknown): Outcome<Written> => ({
  error: new CodedError("INTERNAL", "the log's store refused this entry", { cause }),
});
