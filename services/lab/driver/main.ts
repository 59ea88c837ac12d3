/**
 * The process that generates the load: a node of the mesh that serves nothing and calls over the protocols' clients, so that
 * what is measured is never the process that serves. The lab starts it for one run and is told of every step.
 */
import { environment } from "../../../config/load.ts";
import { removeEntries } from "../leftovers.ts";
import { Arena } from "./arena.ts";
import type { FromDriver, ToDriver } from "./messages.ts";
import { reachedBy } from "./reached.ts";
import { measureAll } from "./run.ts";

const stop = new AbortController();
const send = (message: FromDriver): void => void process.send?.(message);

process.once("disconnect", () => process.exit(1));
process.on("SIGTERM", () => stop.abort("it was stopped"));
process.on("SIGINT", () => undefined); // A Ctrl-C in the terminal is the lab's to hear.
process.on("message", (message: ToDriver) => {
  if (message.type === "stop") stop.abort(message.reason);
  else void run(message.run, message.settings);
});

type Settings = Extract<ToDriver, { type: "run" }>["settings"];

async function run(id: string, settings: Settings): Promise<void> {
  let arena: Arena | undefined;
  let cleared = true;
  const reasons: string[] = [];
  try {
    arena = await Arena.open(environment(), settings.replicas);
    await measureAll({
      settings,
      arena,
      id,
      signal: stop.signal,
      writes: () => {
        cleared = false;
      },
      tell: (step, done) => send({ type: "step", step, done }),
    });
  } catch (error) {
    reasons.push(messageOf(error));
  }
  if (stop.signal.aborted) reasons.unshift(stop.signal.reason);
  if (arena !== undefined) {
    send({ type: "reached", reached: await reachedBy(arena, settings) });
    try {
      if (!cleared) await removeEntries(arena.broker, id, stop.signal);
      cleared = true;
    } catch (error) {
      reasons.push(`what it wrote is still in the log: ${messageOf(error)}`);
    }
    await arena.close();
  }
  const reason = reasons.length === 0 ? undefined : reasons.join("; ");
  process.send?.({ type: "over", reason, cleared } satisfies FromDriver, () => process.exit(0));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
