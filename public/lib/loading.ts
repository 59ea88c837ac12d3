import { useCallback, useEffect, useState } from "preact/hooks";
import { Failure } from "../api/gateway.ts";

export interface Loading<T> {
  readonly isLoading: boolean;
  /** The last that came, also while newer is on its way. */
  readonly value?: T;
  readonly failure?: Failure;
  again(): void;
  change(change: (value: T) => T): void;
}

/** Loads when `key` changes or `again` is called. An answer that was overtaken is dropped. */
export function useLoading<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loading<T> {
  const [state, setState] = useState<Omit<Loading<T>, "again" | "change">>({ isLoading: true });
  const [turn, setTurn] = useState(0);
  // `load` is new at each render; `key` and `turn` say when to load.
  useEffect(() => {
    const stop = new AbortController();
    setState((before) => ({ isLoading: true, value: before.value }));
    load(stop.signal).then(
      (value) => !stop.signal.aborted && setState({ isLoading: false, value }),
      (error: unknown) =>
        !stop.signal.aborted && setState((before) => ({ ...before, isLoading: false, failure: Failure.from(error) })),
    );
    return () => stop.abort();
  }, [key, turn]);
  const again = useCallback(() => setTurn((count) => count + 1), []);
  const change = useCallback(
    (how: (value: T) => T) =>
      setState((before) => (before.value === undefined ? before : { ...before, value: how(before.value) })),
    [],
  );
  return { ...state, again, change };
}
