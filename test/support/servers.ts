import { randomUUID } from "node:crypto";
import type { Environment } from "../../config/load.ts";
import { startDatabase } from "./database.ts";
import { startBroker } from "./rabbitmq.ts";
import { serverUrl } from "./require.ts";
import { withMongo } from "./stores.ts";

export interface OwnServers {
  /** The variables that point to them; what they do not name runs embedded. */
  readonly environment: Environment;
  /** Removes what the test left there. */
  stop(): Promise<void>;
}

/** A place of the test's own on each real server that the environment names: a virtual host, a database, a prefix. */
export async function ownServers(): Promise<OwnServers> {
  const id = `test_${randomUUID().replaceAll("-", "").slice(0, 16)}_`;
  const own = await Promise.all([ownVirtualHost(), ownDatabase(), ownDocuments(id)]);
  return {
    environment: Object.assign({}, ...own.map((one) => one?.environment)),
    stop: async () => void (await Promise.all(own.map((one) => one?.stop()))),
  };
}

async function ownVirtualHost(): Promise<OwnServers | undefined> {
  if (serverUrl("rabbitmq") === undefined) return undefined;
  const { url, stop } = await startBroker();
  return { environment: { RABBIT_URL: url }, stop };
}

async function ownDatabase(): Promise<OwnServers | undefined> {
  if (serverUrl("postgres") === undefined) return undefined;
  const { dsn, stop } = await startDatabase();
  return { environment: { DSN: dsn }, stop };
}

async function ownDocuments(prefix: string): Promise<OwnServers | undefined> {
  const url = serverUrl("mongo");
  if (url === undefined) return undefined;
  return {
    environment: { MONGO_URL: url, MONGO_DATABASE_PREFIX: prefix },
    stop: () =>
      withMongo(url, async (client) => {
        const { databases } = await client.db("admin").admin().listDatabases();
        for (const { name } of databases) if (name.startsWith(prefix)) await client.db(name).dropDatabase();
      }),
  };
}
