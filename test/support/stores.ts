import { readFile } from "node:fs/promises";
import { join } from "node:path";
import MongoAdapter from "moleculer-db-adapter-mongo";
import { QueryTypes } from "sequelize";
import type { Environment } from "../../config/load.ts";
import { postgresAddress } from "../../config/postgres-address.ts";
import { openPool } from "../../mixins/postgres/connection.ts";

/** What a look into the stores needs: a `System` and a `Launched` have it. */
export interface Stores {
  readonly dataDir: string;
  readonly environment: Environment;
}

export type Stored = Record<string, unknown>;

/** What the database holds, asked without the service in between. */
export async function queryUsers<T extends object>({ environment }: Stores, statement: string): Promise<T[]> {
  const sequelize = openPool(postgresAddress(String(environment.DSN)));
  return sequelize.query<T>(statement, { type: QueryTypes.SELECT }).finally(() => sequelize.close());
}

/** Everything in the log's collection, in the order of storing, read without the service in between. */
export const storedLogs = (stores: Stores): Promise<Stored[]> => storedDocuments(stores, "logs", "logs");

/** The documents of one collection: from MongoDB when the environment names one, else from the file. */
export async function storedDocuments(stores: Stores, database: string, collection: string): Promise<Stored[]> {
  const { MONGO_URL: url, MONGO_DATABASE_PREFIX: prefix = "" } = stores.environment;
  if (!url) return fromFile(join(stores.dataDir, `${database}.nedb`));
  return withMongo(url, async (client) =>
    client
      .db(prefix + database)
      .collection(collection)
      .find({})
      .toArray(),
  );
}

/** What tests use of the driver's client. */
export interface MongoClient {
  db(name: string): {
    collection(name: string): { find(query: object): { toArray(): Promise<Stored[]> } };
    dropDatabase(): Promise<unknown>;
    admin(): { listDatabases(): Promise<{ databases: { name: string }[] }> };
  };
  close(): Promise<void>;
}

export async function withMongo<T>(url: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const adapter = new MongoAdapter(url, { useUnifiedTopology: true, serverSelectionTimeoutMS: 3_000 }, "logs");
  // It speaks to the service it would belong to.
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  Object.assign(adapter, { service: { schema: { collection: "none" }, logger: silent } });
  await adapter.connect();
  const { client } = adapter as unknown as { client: MongoClient };
  return work(client).finally(() => client.close());
}

/** NeDB's file: a line a change, the last one of an id counts. */
async function fromFile(file: string): Promise<Stored[]> {
  const documents = new Map<unknown, Stored>();
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  for (const line of lines) {
    const { $$deleted, $$indexCreated, $$indexRemoved, ...document } = JSON.parse(line) as Stored;
    if ($$deleted === true) documents.delete(document._id);
    else if ($$indexCreated === undefined && $$indexRemoved === undefined) documents.set(document._id, document);
  }
  return [...documents.values()];
}
