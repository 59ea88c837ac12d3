import { useEffect, useRef, useState } from "preact/hooks";
import { type LiveState, useLive } from "../../api/live.ts";
import type { Page } from "../../components/pager.tsx";
import type { Loading } from "../../lib/loading.ts";
import type { LogEntry } from "./entry.ts";
import { type LogQuery, matches, NEWEST_FIRST } from "./filters.ts";

export interface LiveTail {
  readonly state: LiveState;
  readonly isPaused: boolean;
  /** Came and were not put into the table: it is paused, or shows another page. */
  readonly waiting: number;
  readonly fresh: ReadonlySet<string>;
  pause(): void;
  resume(): void;
}

/** Puts what the stream brings on top of the list, when the list is where it belongs. */
export function useLiveTail(query: LogQuery, list: Loading<Page<LogEntry>>): LiveTail {
  const [isPaused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState(0);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const isOnTop = query.page === 1 && query.sort === NEWEST_FIRST;

  const arrived = (entries: readonly LogEntry[]) => {
    const wanted = entries.filter((entry) => matches(entry, query));
    if (wanted.length === 0) return;
    if (isPaused || !isOnTop) return setWaiting((count) => count + wanted.length);
    setFresh(new Set(wanted.map(({ id }) => id)));
    list.change((page) => withNew(page, wanted));
  };
  const { again } = list;
  const state = useLive("/logs/stream", true, { entries: (data) => arrived(data as LogEntry[]), reset: again });

  // What was written while the connection was away is in the store, not surely in the stream.
  const before = useRef(state);
  useEffect(() => {
    if (state === "live" && before.current === "reconnecting") again();
    before.current = state;
  }, [state, again]);

  return {
    state,
    isPaused,
    waiting,
    fresh,
    pause: () => setPaused(true),
    resume: () => {
      setPaused(false);
      setWaiting(0);
      again();
    },
  };
}

/** The page with the new on top, as long as before; a redelivered entry counts once. */
function withNew(page: Page<LogEntry>, entries: readonly LogEntry[]): Page<LogEntry> {
  const known = new Set(page.rows.map(({ id }) => id));
  const added = entries.filter(({ id }) => !known.has(id)).reverse();
  const total = page.total + added.length;
  return {
    ...page,
    rows: [...added, ...page.rows].slice(0, page.pageSize),
    total,
    totalPages: Math.max(1, Math.ceil(total / page.pageSize)),
  };
}
