import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QueryTypes, type Sequelize } from "sequelize";
import { postgresAddress } from "../../config/postgres-address.ts";
import { portOr } from "../../embedded/free-port.ts";
import { startPostgres } from "../../embedded/postgres.ts";
import { openPool } from "../../mixins/postgres/connection.ts";

/** A database of a test's own. */
export interface TestDatabase {
  readonly dsn: string;
  query<T extends object>(sql: string, replacements?: Record<string, unknown>): Promise<T[]>;
  stop(): Promise<void>;
}

/** On the real server that DSN names, else an embedded one. */
export async function startDatabase(): Promise<TestDatabase> {
  const { dsn, end } = process.env.DSN === undefined ? await embedded() : await onServer(process.env.DSN);
  const sequelize = openPool(postgresAddress(dsn));
  return {
    dsn,
    query: (sql, replacements) => rows(sequelize, sql, replacements),
    async stop() {
      await sequelize.close();
      await end();
    },
  };
}

const rows = <T extends object>(on: Sequelize, sql: string, replacements = {}): Promise<T[]> =>
  on.query<T>(sql, { type: QueryTypes.SELECT, replacements });

async function embedded(): Promise<{ dsn: string; end: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), "sixfold-postgres-"));
  const host = "127.0.0.1";
  const port = await portOr(0, host);
  const server = await startPostgres({ host, ports: [port], dataDir: dir });
  return {
    dsn: `host=${host} port=${port} user=postgres password=postgres dbname=postgres sslmode=disable`,
    async end() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function onServer(dsn: string): Promise<{ dsn: string; end: () => Promise<void> }> {
  const address = postgresAddress(dsn);
  const admin = openPool({ ...address, database: "postgres" });
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await admin.query(`CREATE DATABASE ${name}`);
  const { host, port, user, password } = address;
  return {
    dsn: `host='${host}' port=${port} user='${user}' password='${password.replace(/[\\']/g, "\\$&")}' dbname=${name}`,
    async end() {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.close();
    },
  };
}
