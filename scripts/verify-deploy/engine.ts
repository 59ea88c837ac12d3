import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../test/support/eventually.ts";
import { run, succeeds } from "./command.ts";
import type { Report } from "./report.ts";
import type { Undo } from "./undo.ts";

/** Images and what was built for them stay here, so that the next run is quicker. */
export const cache = join(process.cwd(), ".data", "verify-deploy");

/** A Docker engine, and the clients that fit it. */
export interface Engine {
  docker(args: readonly string[], env?: NodeJS.ProcessEnv, input?: string): Promise<string>;
  /** Builds with BuildKit. */
  build(args: readonly string[]): Promise<string>;
  compose(args: readonly string[], env?: NodeJS.ProcessEnv, input?: string): Promise<string>;
  /** For other programs that call `docker`. */
  readonly env: NodeJS.ProcessEnv;
}

/** The engine that `docker` reaches; else, as root where there is a dockerd, one of this run's own. */
export async function openEngine(report: Report, undo: Undo): Promise<Engine> {
  const env: NodeJS.ProcessEnv = { DOCKER_BUILDKIT: "1", COMPOSE_DOCKER_CLI_BUILD: "1" };
  if (!(await succeeds("docker", ["info"]))) env.DOCKER_HOST = await startDockerd(undo);
  const builder = await builderClient();
  const plugin = await succeeds("docker", ["compose", "version"]);
  const version = await run("docker", ["version", "--format", "{{.Server.Version}}"], { env });
  const [client, ...args] = plugin ? ["docker", "compose"] : ["docker-compose"];
  const compose = await run(client, [...args, "version", "--short"]);
  report.note(`Docker engine ${version}${env.DOCKER_HOST ? ", started for this run" : ""}; Compose ${compose}`);
  return {
    env,
    docker: (args, more, input) => run("docker", args, { env: { ...env, ...more }, input }),
    build: (args) => run(builder, ["build", ...args], { env }),
    compose: (more, variables, input) => run(client, [...args, ...more], { env: { ...env, ...variables }, input }),
  };
}

/** A client from 23 on builds with its plugin buildx; an older one, which Debian puts in /usr/bin, by itself. */
async function builderClient(): Promise<string> {
  if (await succeeds("docker", ["buildx", "version"])) return "docker";
  return "/usr/bin/docker";
}

async function startDockerd(undo: Undo): Promise<string> {
  if (process.getuid?.() !== 0 || !(await succeeds("dockerd", ["--version"]))) {
    throw new Error("No Docker engine answers, and none can be started: it takes root and dockerd.");
  }
  mkdirSync(cache, { recursive: true });
  const socket = `unix://${cache}/docker.sock`;
  const log = openSync(join(cache, "dockerd.log"), "w");
  const place = ["data-root", "exec-root", "pidfile"].map((name) => `--${name}=${join(cache, `docker-${name}`)}`);
  const daemon = spawn("dockerd", ["--storage-driver=overlay2", "--host", socket, ...place], {
    stdio: ["ignore", log, log],
    detached: true, // Ctrl-C is for this run, which ends what runs in it first.
  });
  const ended = once(daemon, "exit");
  undo.add("the Docker engine", async () => {
    daemon.kill("SIGTERM");
    await ended;
  });
  const up = async () => (await succeeds("docker", ["--host", socket, "info"])) || undefined;
  await Promise.race([eventually(up, 60_000), ended.then(() => Promise.reject(new Error(`dockerd: see ${cache}`)))]);
  return socket;
}
