import { type Environment, loadConfig } from "../config/load.ts";

/** The variables that point to the servers of what was started from this data directory and still runs; undefined when nothing does. */
export async function runningMesh(given: Environment): Promise<Environment | undefined> {
  const { dataDir, environment: kind } = loadConfig(given, []);
  // What is embedded is not there in production.
  if (kind === "production") return undefined;
  const { readRunFile } = await import("../embedded/launcher/run-file.ts");
  return readRunFile(dataDir)?.environment;
}
