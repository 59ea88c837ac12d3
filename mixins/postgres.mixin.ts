import type { ServiceBroker, ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import SequelizeAdapter from "moleculer-db-adapter-sequelize";
import { Sequelize } from "sequelize";
import type { PostgresAddress } from "../config/postgres-address.ts";
import { CodedError } from "../errors/index.ts";
import { nodeOf } from "../node/node-context.ts";
import { defineMixin } from "./define.ts";
import { keepTrying } from "./keep-trying.ts";
import { noDefaultActions } from "./no-default-actions.ts";

export interface WithPostgres {
  postgres: Sequelize;
  /** @throws CodedError DEPENDENCY_UNAVAILABLE until the database was reached and migrated once */
  requirePostgres(): void;
}

interface PostgresOptions {
  /** Defines the service's main model. */
  readonly model: (sequelize: Sequelize) => unknown;
  /** Brings the schema up to date; runs once the database is reached, before anything else does. */
  readonly prepare: (sequelize: Sequelize, broker: ServiceBroker) => Promise<void>;
}

/** moleculer-db on Postgres; the node starts without it and goes on when it is there. */
export const postgresMixin = ({ model, prepare }: PostgresOptions) =>
  defineMixin<WithPostgres & { adapter: { connect(): Promise<void> } }>({
    mixins: [DbService as Partial<ServiceSchema>],
    actions: noDefaultActions,
    merged(schema) {
      const sequelize = open(nodeOf(this.broker).config.postgres);
      this.postgres = sequelize;
      Object.assign(schema, { adapter: new SequelizeAdapter(sequelize), model: model(sequelize) });
    },
    created() {
      const { health, lifecycle } = nodeOf(this.broker);
      const stop = new AbortController();
      let ready = false;
      this.requirePostgres = () => {
        if (!ready) throw new CodedError("DEPENDENCY_UNAVAILABLE", "the database is not reachable yet");
      };
      health.add("postgres", async () => {
        await this.postgres.query("SELECT 1");
        this.requirePostgres();
      });
      lifecycle.onOpen(() => {
        void keepTrying({
          attempt: async () => {
            await this.adapter.connect();
            await prepare(this.postgres, this.broker);
            ready = true;
          },
          onFailure: (error, next) => this.logger.warn(`Postgres: ${why(error)}; trying again in ${next} ms`),
          signal: stop.signal,
        });
      });
      lifecycle.onDrain(() => stop.abort());
    },
    methods: {
      // moleculer-db would hold the service back until it is connected; here it is opened before, and waited for visibly.
      connect: () => Promise.resolve(),
    },
  });

function open(address: PostgresAddress): Sequelize {
  return new Sequelize(address.database, address.user, address.password, {
    host: address.host,
    port: address.port,
    dialect: "postgres",
    dialectOptions: { ssl: address.ssl, connectionTimeoutMillis: 3_000 },
    pool: { max: 5, acquire: 5_000, idle: 30_000 },
    logging: false,
  });
}

const why = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));
