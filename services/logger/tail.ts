import { type LogEntry, type LogRow, sizeOf, toRow } from "./entry.ts";

/** What `log.written` carries. */
export interface Tailed {
  readonly entries: readonly TailedRow[];
  /** Entries that were stored too and are not told of here, for there were too many at once. */
  readonly omitted: number;
}

/** `truncated`: `data` is only its beginning; the entry itself has all of it. */
export type TailedRow = LogRow & { readonly truncated?: true };

/** Tells so often at the most, ms, */
const INTERVAL = 100;
/** of so many entries, */
const MAX_ENTRIES = 200;
/** of so many characters together, */
const MAX_CHARACTERS = 256 << 10;
/** with so many of one entry's data. */
const MAX_DATA = 8 << 10;

/** Tells of stored entries as they come, for those who watch; bounded, so that a flood of entries is none of messages. */
export class Tail {
  readonly #tell: (tailed: Tailed) => void;
  #entries: TailedRow[] = [];
  #characters = 0;
  #omitted = 0;
  #timer?: NodeJS.Timeout;

  constructor(tell: (tailed: Tailed) => void) {
    this.#tell = tell;
  }

  add(entry: LogEntry): void {
    const row = shortened(toRow(entry));
    const characters = sizeOf(row);
    if (this.#entries.length >= MAX_ENTRIES || this.#characters + characters > MAX_CHARACTERS) this.#omitted++;
    else {
      this.#entries.push(row);
      this.#characters += characters;
    }
    this.#timer ??= setTimeout(() => this.flush(), INTERVAL);
  }

  /** What is held back goes now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#entries.length === 0) return;
    const tailed = { entries: this.#entries, omitted: this.#omitted };
    this.#entries = [];
    this.#characters = 0;
    this.#omitted = 0;
    this.#tell(tailed);
  }
}

const shortened = (row: LogRow): TailedRow =>
  row.data.length > MAX_DATA ? { ...row, data: row.data.slice(0, MAX_DATA), truncated: true } : row;
