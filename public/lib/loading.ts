import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Failure } from "../api/gateway.ts";

export interface Loading<T> {
  readonly isLoading: boolean;
  /** The last that came, also while newer is on its way. */
  readonly value?: T;
  readonly failure?: Failure;
  again(): void;
  change(change: (value: T) => T): void;
}

/** What may pass by itself (a node or a server is away) is tried again after so long, ms. */
const RETRY = 3000;

/** Loads when `key` changes or `again` is called. An answer that was overtaken is dropped. */
export function useLoading<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loading<T> {
  const [state, setState] = useState<Omit<Loading<T>, "again" | "change">>({ isLoading: true });
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((count) => count + 1), []);
  const loadedKey = useRef(key);
  // `load` is new at each render; `key` and `turn` say when to load.
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isSame = loadedKey.current === key;
    loadedKey.current = key;
    setState(({ value, failure }) => ({ isLoading: true, value, ...(isSame && { failure }) }));
    const failed = (failure: Failure) => {
      // The same failure again is no news: it must not be read aloud at each attempt.
      setState((before) => ({
        isLoading: false,
        value: before.value,
        failure: before.failure?.code === failure.code ? before.failure : failure,
      }));
      if (failure.mayPass) timer = setTimeout(again, RETRY);
    };
    load(stop.signal).then(
      (value) => !stop.signal.aborted && setState({ isLoading: false, value }),
      (error: unknown) => !stop.signal.aborted && failed(Failure.from(error)),
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [key, turn]);
  const change = useCallback(
    (how: (value: T) => T) =>
      setState((before) => (before.value === undefined ? before : { ...before, value: how(before.value) })),
    [],
  );
  return { ...state, again, change };
}
