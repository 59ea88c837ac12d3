import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";

/** What is done under a signal waits for nothing any more when that is aborted. */
export const underSignal = new AsyncLocalStorage<AbortSignal>();

/**
 * Asks until the answer is there, every `interval` ms: less than what is waited for lasts.
 * @throws the last complaint after `limit` ms, or the signal's reason
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  limit = 10_000,
  interval = 50,
): Promise<T> {
  const end = Date.now() + limit;
  let complaint: unknown = new Error(`nothing within ${limit} ms`);
  while (Date.now() < end) {
    underSignal.getStore()?.throwIfAborted();
    try {
      const found = await ask();
      if (found !== undefined) return found;
    } catch (error) {
      complaint = error;
    }
    await delay(interval);
  }
  throw complaint;
}
