import { useState } from "preact/hooks";
import { Failure } from "../api/gateway.ts";

export interface Doing {
  readonly isBusy: boolean;
  readonly failure?: Failure;
  /** Does one thing at a time; a failure is kept to be shown. */
  run(work: () => Promise<unknown>): void;
}

/** A deed a person asked for: its button waits, its failure is shown. */
export function useDoing(): Doing {
  const [state, setState] = useState<{ isBusy: boolean; failure?: Failure }>({ isBusy: false });
  const run = (work: () => Promise<unknown>) => {
    if (state.isBusy) return;
    setState({ isBusy: true });
    work().then(
      () => setState({ isBusy: false }),
      (error: unknown) => setState({ isBusy: false, failure: Failure.from(error) }),
    );
  };
  return { ...state, run };
}
