import { frame } from "./stream.ts";

/** A stored log entry as the logger tells of it. */
export interface Entry {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** The newest entries, for a client that was away for a moment. */
const KEPT = 1_000;

/** What the log stream sends: `entries` (an array, oldest first), and `reset` when entries may be missing between. */
export class LogTail {
  #kept: Entry[] = [];

  /** @returns the frame to send */
  add(entries: readonly Entry[]): string {
    this.#kept = [...this.#kept, ...entries].slice(-KEPT);
    return frames(entries);
  }

  /** @param lastId the `Last-Event-ID` of a client that comes back */
  since(lastId: string): string {
    const index = this.#kept.findIndex(({ id }) => id === lastId);
    if (index === -1) return frame("reset", { reason: "entries may be missing: load the list anew" });
    return frames(this.#kept.slice(index + 1));
  }
}

const frames = (entries: readonly Entry[]): string => {
  const id = entries.at(-1)?.id;
  return id === undefined ? "" : frame("entries", entries, id);
};
