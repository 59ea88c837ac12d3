import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NodeName, nodeNames } from "../../config/entry.ts";
import type { Environment } from "../../config/load.ts";
import { startBroker } from "./rabbitmq.ts";

const root = new URL("../../", import.meta.url).pathname;

export interface Launched {
  readonly process: ChildProcess;
  readonly dataDir: string;
  /** What it said so far. */
  output(): string;
  url(name: NodeName, path: string): string;
  stop(): Promise<void>;
}

/** The built system as `npm start` starts it: the launcher and its processes, on free ports, with data of its own. */
export async function launch(args: readonly string[] = [], more: Environment = {}): Promise<Launched> {
  const dataDir = await mkdtemp(join(tmpdir(), "sixfold-e2e-"));
  const broker = process.env.RABBIT_URL === undefined ? undefined : await startBroker();
  const ports = new Map<NodeName, number>();
  for (const name of nodeNames) ports.set(name, await freePort());
  const child = spawn(process.execPath, [join(root, "dist/embedded/launcher.js"), ...args], {
    cwd: root,
    env: {
      ...process.env,
      ...Object.fromEntries([...ports].map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)])),
      ...(broker === undefined ? {} : { RABBIT_URL: broker.url }),
      DATA_DIR: dataDir,
      GATEWAY_URL: `http://127.0.0.1:${ports.get("gateway")}`,
      ALLOWED_ORIGINS: `http://127.0.0.1:${ports.get("frontend")}`,
      ...more,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await broker?.stop();
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

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
