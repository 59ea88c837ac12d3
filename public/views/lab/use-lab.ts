import { useEffect, useRef } from "preact/hooks";
import { after, type Progress, type RunStatus } from "../../../services/lab/progress.ts";
import { call } from "../../api/gateway.ts";
import { type LiveState, useLive } from "../../api/live.ts";
import { type Loading, useLoading } from "../../lib/loading.ts";

/** A run under way tells something twice a second; after such a silence it is asked for, ms. */
const SILENCE = 10_000;

/** The run that is under way or the last one, null when there was none: asked for once, then followed step by step. */
export interface Lab extends Pick<Loading<RunStatus | null>, "value" | "failure" | "isLoading" | "again"> {
  readonly live: LiveState;
}

export function useLab(): Lab {
  const status = useLoading("lab", async (signal) => {
    // An envelope without data says that there is none.
    return (await call<RunStatus | undefined>("GET", "/lab", undefined, signal)) ?? null;
  });
  const { value, isLoading, again, change } = status;
  // What several steps in one turn come after is not yet in `value`.
  const last = useRef<RunStatus | null>(null);
  useEffect(() => {
    last.current = value ?? null;
  }, [value]);

  const seen = (next: RunStatus | null) => {
    last.current = next;
    change(() => next);
  };
  const took = (step: Progress) => {
    const known = last.current;
    const follows = step.type === "started" || (known?.run === step.run && step.number <= known.number + 1);
    if (follows) seen(after(known ?? undefined, step) ?? null);
    else if (!isLoading) again();
  };
  const live = useLive("/lab/stream", value !== undefined, {
    status: (data) => seen(data as RunStatus | null),
    progress: (data) => took(data as Progress),
  });

  const isRunning = value?.state === "running";
  useEffect(() => {
    if (!isRunning) return;
    const timer = setTimeout(again, SILENCE);
    return () => clearTimeout(timer);
  }, [isRunning, value?.number, again]);
  return { ...status, live };
}
