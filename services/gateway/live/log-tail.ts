import { frame } from "./stream.ts";

/** A stored log entry as the logger tells of it. */
export interface Entry {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** What the logger's event `log.written` carries; `omitted` entries were too many to be told of. */
export interface Written {
  readonly entries: readonly Entry[];
  readonly omitted?: number;
}

/** The newest entries, for a client that was away for a moment. */
const KEPT = 500;

/** What the log stream sends: `entries` (an array, oldest first), and `reset` when entries are missing between. */
export class LogTail {
  #kept: Entry[] = [];

  /** @returns what to send */
  add({ entries, omitted = 0 }: Written): string {
    // Nobody can resume across a gap.
    this.#kept = omitted > 0 ? [] : [...this.#kept, ...entries].slice(-KEPT);
    return frames(entries) + (omitted > 0 ? reset : "");
  }

  /** @param lastId the `Last-Event-ID` of a client that comes back */
  since(lastId: string): string {
    const index = this.#kept.findIndex(({ id }) => id === lastId);
    return index === -1 ? reset : frames(this.#kept.slice(index + 1));
  }
}

const reset = frame("reset", { reason: "entries are missing: load the list anew" });

const frames = (entries: readonly Entry[]): string => {
  const id = entries.at(-1)?.id;
  return id === undefined ? "" : frame("entries", entries, id);
};
