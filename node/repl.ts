/**
 * `npm run repl`: Moleculer's REPL as one more node of the running mesh, with commands of our own.
 * What was started here and still runs says where its servers are; variables that are set name another mesh.
 */
import { setTimeout as delay } from "node:timers/promises";
import { ServiceBroker } from "moleculer";
import { ConfigError, type Environment, environment, loadConfig } from "../config/load.ts";
import { brokerOptions } from "../moleculer.config.ts";
import { provideConfig } from "./node-context.ts";
import { deadLetters } from "./repl/dead-letters.ts";
import { followLog, log } from "./repl/log.ts";
import { mails } from "./repl/mails.ts";
import { user } from "./repl/user.ts";
import { runningMesh } from "./running-mesh.ts";

/** How long the mesh may take to answer, ms. */
const PATIENCE = 10_000;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(error instanceof ConfigError ? 2 : 1);
}

async function main(): Promise<void> {
  const config = loadConfig({ LOG_LEVEL: "warn", ...(await meshOf(environment())) }, []);
  const broker = new ServiceBroker({
    ...brokerOptions(config, "repl"),
    replOptions: { delimiter: "sixfold $", customCommands: [user, log, deadLetters, mails] as never },
  });
  provideConfig(broker, config);
  followLog(broker);
  const late = delay(PATIENCE, undefined, { ref: false }).then(() => {
    throw new Error(`The mesh did not answer within ${PATIENCE / 1000} s.`);
  });
  await Promise.race([broker.start(), late]);
  process.once("SIGTERM", () => void broker.stop().finally(() => process.exit(0)));
  console.log(
    "Nodes, services, actions: what there is. Ours: user, log, dead-letters, mails. help tells of all; Ctrl-D ends.",
  );
  broker.repl();
}

/** @throws Error when nothing runs and nothing is named */
async function meshOf(given: Environment): Promise<Environment> {
  const isNamed = ["RABBIT_URL", "RABBITMQ_URL", "AMQP_URL", "TRANSPORTER", "RABBIT_URL_FILE"].some(
    (name) => given[name],
  );
  // An image has nothing embedded, and so nothing that could look for it.
  if (isNamed) return given;
  const running = await runningMesh(given);
  if (running === undefined) {
    const { dataDir } = loadConfig(given, []);
    throw new Error(`Nothing runs from ${dataDir}: npm start first, or name a mesh with RABBIT_URL.`);
  }
  return { ...running, ...given };
}
