import { fork } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { fileURLToPath } from "node:url";
import ApiGateway from "moleculer-web";
import type * as load from "../../../config/load.ts";
import type { WithHttp } from "../../../mixins/http.mixin.ts";
import type * as node from "../../../node/node.ts";
import type { Pair } from "../way.ts";
import { plainBroker } from "./mesh.ts";
import { poster } from "./rest.ts";

const log = { name: "event", data: "x".repeat(100) };

/** From HTTP over the mesh to a log that stores nothing, and back: our gateway, and moleculer-web with an alias of the action. */
export const gateway: Pair = {
  adapter: {
    async serve() {
      await startLog();
      // As built: Node cannot run its decorators otherwise.
      const { loadConfig }: typeof load = await import(built("config/load.js"));
      const { startNode }: typeof node = await import(built("node/node.js"));
      const { broker, joined } = await startNode(["gateway"], loadConfig());
      await joined;
      await broker.waitForServices("logger", 10_000, 20);
      const { http } = broker.getLocalService("gateway") as unknown as WithHttp;
      return `http://127.0.0.1:${http.address.port}/log-mesh`;
    },
    connect: (address) => Promise.resolve(poster(address, { action: "log", log })),
  },
  bare: {
    async serve() {
      await startLog();
      const broker = plainBroker();
      const route = {
        path: "/",
        mappingPolicy: "restrict",
        bodyParsers: { json: true },
        aliases: { "POST /log": "logger.write" },
      };
      const settings = { ip: "127.0.0.1", port: 0, routes: [route], logRequest: null, logResponse: null };
      const web = broker.createService({ name: "api", mixins: [ApiGateway], settings }) as unknown as {
        server: Server;
      };
      await broker.start();
      await broker.waitForServices("logger", 10_000, 20);
      return `http://127.0.0.1:${(web.server.address() as AddressInfo).port}/log`;
    },
    connect: (address) => Promise.resolve(poster(address, log)),
  },
};

const built = (path: string): string => new URL(`../../../dist/${path}`, import.meta.url).href;

/** In a process of its own, which ends with this one; a profile is of this one. */
async function startLog(): Promise<void> {
  await once(fork(fileURLToPath(new URL("../no-op-log.ts", import.meta.url)), { execArgv: [] }), "message");
}
