import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

/** Whether tests that need this server must run: REQUIRE turns skipping into failing. */
const required = (process.env.REQUIRE ?? "").split(",").includes("mongo");

/**
 * The server that MONGO_URL names. In CI that is FerretDB: MongoDB's wire protocol on SQLite, and not MongoDB itself. It has
 * no TTL indexes, so what is tested of those here is what the store does without them.
 */
export const mongoUrl = process.env.MONGO_URL;
export const skipWithoutMongo =
  mongoUrl === undefined && !required ? "no MongoDB here (MONGO_URL); REQUIRE=mongo makes this a failure" : false;

export interface MongoCollection {
  find(query?: object): { toArray(): Promise<Record<string, unknown>[]> };
  insertMany(documents: readonly object[]): Promise<unknown>;
  indexes(): Promise<{ name: string; key: object; unique?: boolean; expireAfterSeconds?: number }[]>;
}

export interface MongoClient {
  connect(): Promise<MongoClient>;
  db(name: string): {
    collection(name: string): MongoCollection;
    dropDatabase(): Promise<unknown>;
    admin(): { listDatabases(): Promise<{ databases: { name: string }[] }> };
  };
  close(): Promise<void>;
}

/** With the driver that moleculer-db-adapter-mongo brings. */
export function connectMongo(url: string): Promise<MongoClient> {
  const adapter = createRequire(createRequire(import.meta.url).resolve("moleculer-db-adapter-mongo"));
  const { MongoClient: Client } = adapter("mongodb") as {
    MongoClient: new (url: string, options: object) => MongoClient;
  };
  return new Client(url, { useUnifiedTopology: true, serverSelectionTimeoutMS: 5_000 }).connect();
}

export interface MongoForTest {
  /** Of the test's own databases. */
  readonly prefix: string;
  readonly host: string;
  readonly port: number;
  /** As MONGO_URL, with another port of this machine. */
  through(port: number): string;
  collection(database: string, name: string): MongoCollection;
  stop(): Promise<void>;
}

/** A direct look into the server beside the code under test, and databases of the test's own there. */
export async function startMongo(): Promise<MongoForTest> {
  if (mongoUrl === undefined) throw new Error("MONGO_URL is not set");
  const address = /^mongodb:\/\/(?:[^@/]*@)?([^:/,?]+)(?::(\d+))?/.exec(mongoUrl);
  if (address === null) throw new Error("the tests want a MONGO_URL with one host");
  const [, host = "", port = "27017"] = address;
  const client = await connectMongo(mongoUrl);
  const prefix = `test${randomUUID().slice(0, 8)}_`;
  return {
    prefix,
    host,
    port: Number(port),
    through: (other) => mongoUrl.replace(/(:\/\/(?:[^@/]*@)?)[^/?]+/, `$1127.0.0.1:${other}`),
    collection: (database, name) => client.db(prefix + database).collection(name),
    async stop() {
      for (const name of ["logs", "mail"]) await client.db(prefix + name).dropDatabase();
      await client.close();
    },
  };
}
