import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks until the answer is there, every `interval` ms: less than what is waited for lasts.
 * @throws the last complaint after `limit` ms
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  limit = 10_000,
  interval = 50,
): Promise<T> {
  const end = Date.now() + limit;
  let complaint: unknown = new Error(`nothing within ${limit} ms`);
  while (Date.now() < end) {
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
