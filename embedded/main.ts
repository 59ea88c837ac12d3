/** One stand-in in a process of its own: `main.js NAME PORT...`; the launcher starts it. Exit codes: 0 stopped, 1 failed. */
import { environment, loadConfig } from "../config/load.ts";
import type { Running } from "./stand-in.ts";
import { placeAt, standInKinds } from "./stand-ins.ts";

/** The longest that stopping takes, ms. */
const STOP_TIMEOUT = 3_000;

let running: Running | undefined;
let stopping = false;
// Before anything takes time: the launcher's end is this process's end, however it came.
process.once("disconnect", stop);
process.once("SIGTERM", stop);
process.stdout.on("error", () => undefined); // Who read it may be gone first.
process.stderr.on("error", () => undefined);

const [name, ...ports] = process.argv.slice(2);
try {
  const { dataDir } = loadConfig(environment(), []);
  const kind = standInKinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no stand-in ${name}`);
  running = await kind.start(placeAt(ports.map(Number), dataDir));
  process.send?.({ type: "ready" });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  if (process.send === undefined) console.error(message);
  process.send?.({ type: "failed", message });
  process.exitCode = 1;
  process.disconnect?.();
}

function stop(): void {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(process.exitCode ?? 1), STOP_TIMEOUT).unref();
  const stopped = running?.stop() ?? Promise.resolve();
  stopped.then(
    () => process.exit(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
