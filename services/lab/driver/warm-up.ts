import type { Entrant } from "./arena.ts";
import type { Task } from "./generate.ts";
import { measure } from "./measure.ts";

/** ms after which is cleaned up: what FerretDB can remove at once is bounded. */
const SLICE = 1_000;

/**
 * Calls that do not count, for the task's duration: until V8 has compiled what is hot, that costs more than the calls. Who
 * publishes is done when a queue holds what it may, and begins again.
 */
export async function warmUp(
  entrant: Entrant,
  task: Task,
  tick: (throughput: number) => void,
  cleanUp: () => Promise<void>,
  slice = SLICE,
): Promise<void> {
  let left = task.duration;
  while (left > 0 && !task.signal.aborted) {
    const began = performance.now();
    await measure(entrant, { ...task, duration: Math.min(left, slice) }, tick);
    left -= performance.now() - began;
    await cleanUp();
  }
}
