/** `npm run repl`: Moleculer's REPL as one more node of the running mesh. */
import { ServiceBroker } from "moleculer";
import { environment, loadConfig } from "../config/load.ts";
import { readRunFile } from "../embedded/launcher/run-file.ts";
import { brokerOptions } from "../moleculer.config.ts";
import { provideConfig } from "./node-context.ts";

const given = environment();
const { dataDir } = loadConfig(given, []);
// What was started here and is still running says where its servers are.
const config = loadConfig({ LOG_LEVEL: "warn", ...readRunFile(dataDir)?.environment, ...given }, []);
const broker = new ServiceBroker({
  ...brokerOptions(config, "repl"),
  replOptions: { delimiter: "sixfold $" },
});
provideConfig(broker, config);
await broker.start();
broker.repl();
