/**
 * The process that generates the load: a node of the mesh that serves nothing and calls over the protocols' clients, so that
 * what is measured is never the process that serves. The lab starts it for one run and is told of every step.
 */
import { environment } from "../../../config/load.ts";
import { nodesWith } from "../../../protocols/endpoints.ts";
import { Arena } from "./arena.ts";
import { messageBrokerOf } from "./message-broker.ts";
import type { FromDriver, ToDriver } from "./messages.ts";
import { measureAll } from "./run.ts";

/** How long the log may take to remove what the run wrote, ms. */
const CLEARING = 60_000;

const stop = new AbortController();
const send = (message: FromDriver): void => void process.send?.(message);

process.once("disconnect", () => process.exit(1));
process.on("SIGTERM", () => stop.abort());
process.on("SIGINT", () => undefined); // A Ctrl-C in the terminal is the lab's to hear.
process.on("message", (message: ToDriver) => {
  if (message.type === "stop") stop.abort();
  else void run(message.run, message.settings);
});

async function run(id: string, settings: Extract<ToDriver, { type: "run" }>["settings"]): Promise<void> {
  let arena: Arena | undefined;
  let reason: string | undefined;
  try {
    arena = await Arena.open(environment(), settings.replicas);
    const { broker } = arena;
    await measureAll({
      settings,
      arena,
      id,
      signal: stop.signal,
      tell: (step, done) => send({ type: "step", step, done }),
    });
    const nodes = settings.operations.map((operation) => [operation, nodesWith(broker, operation).length]);
    send({ type: "nodes", nodes: Object.fromEntries(nodes), messageBroker: messageBrokerOf(broker) });
    if (settings.operations.includes("logger.write"))
      await broker.call("logger.clear", { source: id }, { timeout: CLEARING });
    if (stop.signal.aborted) reason = "it was stopped";
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  await arena?.close();
  process.send?.({ type: "over", reason } satisfies FromDriver, () => process.exit(0));
}
