import { Sequelize } from "sequelize";
import type { PostgresAddress } from "../../config/postgres-address.ts";

/** Connections a node keeps at most. */
const POOL_SIZE = 5;
/** How long a statement may take, ms; the server is asked to end it then, and is not waited for if it does not. */
const STATEMENT_TIMEOUT = 4_000;
const GRACE = 500;
/** The same for work on the schema, where a table may be written anew. */
const MAINTENANCE_TIMEOUT = 600_000;

/** The pool that a service's operations use. */
export const openPool = (address: PostgresAddress): Sequelize => open(address, POOL_SIZE, STATEMENT_TIMEOUT);

/** One connection for work on the schema; whoever asks closes it. */
export const openForMaintenance = (address: PostgresAddress): Sequelize => open(address, 1, MAINTENANCE_TIMEOUT);

function open(address: PostgresAddress, connections: number, timeout: number): Sequelize {
  return new Sequelize(address.database, address.user, address.password, {
    host: address.host,
    port: address.port,
    dialect: "postgres",
    dialectOptions: {
      application_name: "sixfold",
      ssl: address.ssl,
      keepAlive: true,
      connectionTimeoutMillis: address.connectTimeout,
      statement_timeout: timeout,
      query_timeout: timeout + GRACE,
      // A node that was cut off in the middle of a transaction does not hold its locks for ever.
      idle_in_transaction_session_timeout: timeout + GRACE,
    },
    pool: { max: connections, acquire: address.connectTimeout + 2_000, idle: 30_000 },
    // Statements carry password hashes.
    logging: false,
  });
}
