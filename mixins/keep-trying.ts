import { setTimeout as delay } from "node:timers/promises";

interface KeepTryingOptions {
  readonly attempt: () => Promise<void>;
  /** Told of each failure, so that a wait is visible. */
  readonly onFailure: (error: unknown, next: number) => void;
  readonly signal: AbortSignal;
  /** ms */
  readonly firstDelay?: number;
  readonly maxDelay?: number;
}

/** Tries until it works or is aborted, waiting longer each time (a fifth of it random, so that replicas spread out). */
export async function keepTrying(options: KeepTryingOptions): Promise<void> {
  const { attempt, onFailure, signal, firstDelay = 200, maxDelay = 5_000 } = options;
  for (let wait = firstDelay; !signal.aborted; wait = Math.min(wait * 2, maxDelay)) {
    try {
      return await attempt();
    } catch (error) {
      const next = Math.round(wait * (0.8 + Math.random() * 0.2));
      if (signal.aborted) return;
      onFailure(error, next);
      await delay(next, undefined, { signal }).catch(() => undefined);
    }
  }
}
