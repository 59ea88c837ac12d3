import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, loadConfig } from "../../config/load.ts";
import type { WithHttp } from "../../mixins/http.mixin.ts";
import { startNode } from "../../node/node.ts";
import { anyPort } from "./any-port.ts";
import { startBroker } from "./rabbitmq.ts";

/** A logger alone in a mesh of its own. */
export interface LoggerNode {
  readonly file: string;
  call<T>(action: string, params?: object, options?: object): Promise<T>;
  /** What was broadcast as `log.written`. */
  readonly tailed: { entries: { id: string; data: string }[]; omitted: number }[];
  ready(): Promise<{ ready: boolean; checks: Record<string, { ok: boolean; why?: string }> }>;
  url(path: string): string;
  stop(): Promise<void>;
}

/** @param dataDir is removed at the end unless it was given */
export async function startLogger(more: Environment = {}, dataDir?: string): Promise<LoggerNode> {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), "sixfold-logger-")));
  const amqp = await startBroker();
  const clear = async () => {
    await amqp.stop();
    if (dataDir === undefined) await rm(directory, { recursive: true, force: true });
  };
  const config = loadConfig(
    {
      NODE_ENV: "test",
      LOG_LEVEL: process.env.LOG_LEVEL ?? "fatal",
      NAMESPACE: randomUUID(),
      DATA_DIR: directory,
      RABBIT_URL: amqp.url,
      ...anyPort,
      ...more,
    },
    ["logger"],
  );
  try {
    const node = await startNode(["logger"], config);
    const tailed: LoggerNode["tailed"] = [];
    node.broker.createService({
      name: "watcher",
      events: { "log.written": (ctx: { params: LoggerNode["tailed"][number] }) => void tailed.push(ctx.params) },
    });
    await node.joined;
    const http = () => (node.broker.getLocalService("logger") as unknown as WithHttp).http;
    const url = (path: string) => `http://127.0.0.1:${http().address.port}${path}`;
    return {
      file: join(directory, "logs.nedb"),
      tailed,
      url,
      // Inside the node, past the mesh: the store is what is looked at.
      call: (action, params = {}, options = {}) => {
        const { actions } = node.broker.getLocalService("logger");
        return (actions as Record<string, (params: object, options: object) => Promise<never>>)[action]?.(
          params,
          options,
        ) as never;
      },
      ready: async () => (await (await fetch(url("/readyz"))).json()) as never,
      async stop() {
        await node.stop();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}
