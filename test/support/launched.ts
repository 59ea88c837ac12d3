import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NodeName, nodeNames } from "../../config/entry.ts";
import type { Environment } from "../../config/load.ts";
import { portOr } from "../../embedded/free-port.ts";
import { readRunFile } from "../../embedded/launcher/run-file.ts";
import { anyPort } from "./any-port.ts";
import { ownServers } from "./servers.ts";

const root = new URL("../../", import.meta.url).pathname;

export interface Launched {
  readonly process: ChildProcess;
  readonly dataDir: string;
  /** What its processes were given: ports, and the addresses of their servers. */
  readonly environment: Environment;
  /** What it said so far. */
  output(): string;
  url(name: NodeName, path: string): string;
  stop(): Promise<void>;
}

/** The built system as `npm start` starts it: the launcher and its processes, on free ports, with data of its own. */
export async function launch(args: readonly string[] = [], more: Environment = {}): Promise<Launched> {
  const dataDir = await mkdtemp(join(tmpdir(), "sixfold-e2e-"));
  const servers = await ownServers();
  const ports = new Map<NodeName, number>();
  for (const name of nodeNames) ports.set(name, await portOr(0, "127.0.0.1"));
  const environment: Environment = {
    ...process.env,
    ...anyPort,
    ...Object.fromEntries([...ports].map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)])),
    ...servers.environment,
    EMBEDDED_PORTS: "any",
    DATA_DIR: dataDir,
    GATEWAY_URL: `http://127.0.0.1:${ports.get("gateway")}`,
    ALLOWED_ORIGINS: `http://127.0.0.1:${ports.get("frontend")}`,
    ...more,
  };
  const child = spawn(process.execPath, [join(root, "dist/embedded/launcher.js"), ...args], {
    cwd: root,
    env: environment as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const listen = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await servers.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await ready(child, () => output);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    process: child,
    dataDir,
    environment: { ...environment, ...readRunFile(dataDir)?.environment },
    output: () => output,
    url: (name, path) => `http://127.0.0.1:${ports.get(name)}${path}`,
    stop,
  };
}

function ready(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => output().includes("Ready after") && resolve();
    child.stdout?.on("data", look);
    child.once("exit", (code) => reject(new Error(`the launcher ended with ${code}:\n${output()}`)));
    setTimeout(() => reject(new Error(`not ready within 60 s:\n${output()}`)), 60_000).unref();
  });
}
