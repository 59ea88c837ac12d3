import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeName } from "../../../config/entry.ts";
import { type Environment, loadConfig } from "../../../config/load.ts";
import { anyPortOf } from "../../../config/ports.ts";
import { runningMesh } from "../../../node/running-mesh.ts";
import type { Operation } from "../settings.ts";

interface Mesh {
  /** The variables with which one joins it. */
  readonly environment: Environment;
  stop(): Promise<void>;
}

const nodeOfOperation: Readonly<Record<Operation, NodeName>> = {
  "lab.echo": "lab",
  "logger.write": "logger",
  "logger.list": "logger",
  "auth.authenticate": "auth",
};

/**
 * The nodes that these operations need, started as `npm start` starts them, on free ports and with data that goes with them;
 * their servers are those that the variables name, else embedded ones. @throws Error with what the launcher said
 */
export async function startOwnMesh(given: Environment, operations: readonly Operation[]): Promise<Mesh> {
  if (loadConfig(given, []).environment === "production") {
    throw new Error("In production nothing is started here: --join takes the mesh that the variables name.");
  }
  const nodes = [...new Set<NodeName>(["lab", ...operations.map((operation) => nodeOfOperation[operation])])];
  const dataDir = await mkdtemp(join(tmpdir(), "sixfold-lab-"));
  const environment: Environment = {
    ...given,
    ...Object.assign({}, ...nodes.map(anyPortOf)),
    DATA_DIR: dataDir,
    EMBEDDED_PORTS: "any",
    NAMESPACE: `lab-${randomUUID().slice(0, 8)}`,
  };
  const launcher = fork(new URL("../../../embedded/launcher.js", import.meta.url), ["--only", nodes.join(",")], {
    env: environment as NodeJS.ProcessEnv,
    // Out of the terminal's reach: Ctrl-C first stops the run.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const stop = async () => {
    if (launcher.exitCode === null && launcher.kill("SIGTERM")) await once(launcher, "exit");
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await ready(launcher);
    return { environment: { ...environment, ...(await runningMesh(environment)) }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function ready(launcher: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Ready after")) resolve();
    };
    launcher.stdout?.on("data", hear);
    launcher.stderr?.on("data", hear);
    launcher.once("error", reject);
    launcher.once("exit", () => reject(new Error(`no mesh could be started:\n${said.trim()}`)));
  });
}
