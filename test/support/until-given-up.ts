import type { Context } from "moleculer";

/** An action's handler that works until nobody waits for it; notes when it began, and why it stopped. */
export const untilGivenUp =
  (stopped: unknown[] = [], begun: number[] = []) =>
  (ctx: Context) => {
    begun.push(Date.now());
    return new Promise((_, reject) => {
      const { signal } = ctx.options;
      signal?.addEventListener("abort", () => {
        stopped.push(signal.reason);
        reject(signal.reason);
      });
    });
  };
