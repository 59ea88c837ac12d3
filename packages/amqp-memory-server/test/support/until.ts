import { setTimeout as sleep } from "node:timers/promises";

/** Waits for what the server does in its own time; after `patience` milliseconds it says what never happened. */
export async function until(what: string, condition: () => boolean, patience = 20_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${patience} ms`);
    await sleep(5);
  }
}
