import { randomBytes } from "node:crypto";
import { Context, type Probes } from "./context.ts";
import type { Step } from "./observe.ts";

/** What the clients of every probe saw, by the probe's story. */
export type Recording = Record<string, Step[]>;

const AT_ONCE = 8;
const PROBE_LIMIT_MS = 15_000;

/** The label of the step that says a probe could not be told to its end. */
export const FAILED = "failed";

async function runProbe(url: string, story: string, tell: (ctx: Context) => Promise<void>): Promise<Step[]> {
  const ctx = new Context(url, randomBytes(5).toString("hex"));
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`"${story}" took more than ${PROBE_LIMIT_MS} ms`)), PROBE_LIMIT_MS);
  });
  try {
    await Promise.race([tell(ctx), limit]);
  } catch (error) {
    ctx.see(FAILED, error instanceof Error ? error.message : String(error));
  }
  clearTimeout(timer);
  const steps = [...ctx.steps];
  await ctx.dispose().catch(() => {});
  return steps;
}

/** Runs every probe against the server at `url`, several at once. */
export async function runProbes(url: string, probes: Probes): Promise<Recording> {
  const recording: Recording = Object.fromEntries(Object.keys(probes).map((story) => [story, []]));
  const stories = Object.entries(probes);
  const worker = async () => {
    for (let next = stories.shift(); next; next = stories.shift()) {
      const [story, tell] = next;
      recording[story] = await runProbe(url, story, tell);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return recording;
}
