import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { QueryTypes } from "sequelize";
import type { Environment } from "../../config/load.ts";
import { postgresAddress } from "../../config/postgres-address.ts";
import { openPool } from "../../mixins/postgres/connection.ts";
import { connectMongo, type MongoClient } from "./mongo.ts";

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

export async function withMongo<T>(url: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await connectMongo(url);
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
