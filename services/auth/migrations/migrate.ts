import type { Sequelize, Transaction } from "sequelize";
import { Umzug, type UmzugStorage } from "umzug";
import { users } from "./001-users.ts";
import { outbox } from "./002-outbox.ts";
import { outboxTraceparent } from "./003-outbox-traceparent.ts";

export type Query = (sql: string, replacements?: Record<string, unknown>) => Promise<unknown[]>;

export interface Migration {
  readonly name: string;
  readonly up: (query: Query) => Promise<void>;
}

const migrations: readonly Migration[] = [users, outbox, outboxTraceparent];

/** Any number, as long as it is the same in every replica. */
const LOCK = 6_001;

/** How long a replica waits for another's work, or for whoever uses the table; then it tries again later. */
const LOCK_TIMEOUT = "60s";

/**
 * Runs what is not yet run, in one transaction under a lock that the replicas share: the first does it, the others find it
 * done. One transaction also means one connection, which the embedded Postgres needs.
 * @param afterwards done under the same lock
 */
export async function migrate(
  sequelize: Sequelize,
  afterwards: (query: Query) => Promise<void> = async () => {},
): Promise<void> {
  await sequelize.transaction(async (transaction) => {
    const query = queryIn(sequelize, transaction);
    await query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    await query("SELECT pg_advisory_xact_lock(:lock)", { lock: LOCK });
    await query(
      "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, run_at timestamptz DEFAULT now())",
    );
    const umzug = new Umzug({
      migrations: migrations.map(({ name, up }) => ({ name, up: () => up(query) })),
      storage: storage(query),
      logger: undefined,
    });
    await umzug.up();
    await afterwards(query);
  });
}

const queryIn =
  (sequelize: Sequelize, transaction: Transaction): Query =>
  async (sql, replacements) => {
    const [rows] = await sequelize.query(sql, { transaction, replacements });
    return rows;
  };

const storage = (query: Query): UmzugStorage => ({
  async logMigration({ name }) {
    await query("INSERT INTO schema_migrations (name) VALUES (:name)", { name });
  },
  async unlogMigration({ name }) {
    await query("DELETE FROM schema_migrations WHERE name = :name", { name });
  },
  async executed() {
    const rows = await query("SELECT name FROM schema_migrations ORDER BY name");
    return (rows as { name: string }[]).map(({ name }) => name);
  },
});
