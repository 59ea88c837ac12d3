import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NodeName, nodeNames } from "../../config/entry.ts";
import { type Config, type Environment, loadConfig } from "../../config/load.ts";
import type { StandIn } from "../../embedded/stand-in.ts";
import { startStandIns } from "../../embedded/stand-ins.ts";
import type { WithHttp } from "../../mixins/http.mixin.ts";
import { type Node, startNode } from "../../node/node.ts";
import { anyPort } from "./any-port.ts";
import { ownServers } from "./servers.ts";

export interface System {
  readonly config: Config;
  readonly dataDir: string;
  readonly environment: Environment;
  readonly nodes: Readonly<Partial<Record<NodeName, Node>>>;
  /** Where a node's HTTP is. */
  url(name: NodeName, path: string): string;
  stop(): Promise<void>;
}

/** Each node as a broker of its own in this process, on free ports, with servers and data of its own. */
export async function startSystem(names: readonly NodeName[] = nodeNames, more: Environment = {}): Promise<System> {
  const dataDir = await mkdtemp(join(tmpdir(), "sixfold-"));
  const servers = await ownServers();
  const given: Environment = {
    ...process.env,
    ...anyPort,
    NODE_ENV: "test",
    LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
    NAMESPACE: randomUUID(),
    SEED_USERS: "true",
    DATA_DIR: dataDir,
    ...servers.environment,
    ...more,
  };
  const standIns: StandIn[] = await startStandIns(given, dataDir);
  const environment: Environment = Object.assign(given, ...standIns.map((standIn) => standIn.environment));
  const config = loadConfig(environment, names);
  const started = await Promise.all(names.map(async (name) => [name, await startNode([name], config)] as const));
  await Promise.all(started.map(([, node]) => node.joined));
  await Promise.all(started.map(([, { broker }]) => broker.waitForServices([...names], 10_000, 20)));
  const nodes: Partial<Record<NodeName, Node>> = Object.fromEntries(started);

  return {
    config,
    dataDir,
    environment,
    nodes,
    url(name, path) {
      const service = nodes[name]?.broker.getLocalService(name) as unknown as WithHttp;
      return `http://127.0.0.1:${service.http.address.port}${path}`;
    },
    async stop() {
      await Promise.all(started.map(([, node]) => node.stop()));
      await Promise.all(standIns.map((standIn) => standIn.stop()));
      await servers.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
