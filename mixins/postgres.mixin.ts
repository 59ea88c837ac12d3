import type { ServiceBroker, ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import SequelizeAdapter from "moleculer-db-adapter-sequelize";
import { QueryTypes, type Sequelize } from "sequelize";
import { CodedError } from "../errors/index.ts";
import { nodeOf } from "../node/node-context.ts";
import { defineMixin } from "./define.ts";
import { keepTrying } from "./keep-trying.ts";
import { noDefaultActions } from "./no-default-actions.ts";
import { openForMaintenance, openPool } from "./postgres/connection.ts";
import { databaseFailure, reasonOf } from "./postgres/failure.ts";

export interface WithPostgres {
  postgres: Sequelize;
  /** @throws CodedError DEPENDENCY_UNAVAILABLE until the database was reached and its schema brought up to date */
  requirePostgres(): void;
  /**
   * Does work on the database and gives its errors their code.
   * @throws CodedError DEPENDENCY_UNAVAILABLE when it is away, INTERNAL when it refused a statement
   */
  inPostgres<T>(work: (sequelize: Sequelize) => Promise<T>): Promise<T>;
}

interface PostgresOptions {
  /** Defines the service's main model. */
  readonly model: (sequelize: Sequelize) => unknown;
  /** Brings the schema up to date, on a connection of its own; runs once the database is reached, before anything else does. */
  readonly prepare: (sequelize: Sequelize, broker: ServiceBroker) => Promise<void>;
}

/** moleculer-db on Postgres; the node starts without it and goes on when it is there. */
export const postgresMixin = ({ model, prepare }: PostgresOptions) =>
  defineMixin<WithPostgres & { adapter: { connect(): Promise<void> } }>({
    mixins: [DbService as Partial<ServiceSchema>],
    actions: noDefaultActions,
    merged(schema) {
      const sequelize = openPool(nodeOf(this.broker).config.postgres);
      this.postgres = sequelize;
      Object.assign(schema, { adapter: new SequelizeAdapter(sequelize), model: model(sequelize) });
    },
    created() {
      const { config, databases, health, lifecycle } = nodeOf(this.broker);
      const stop = new AbortController();
      let missing = "not reached yet";
      this.requirePostgres = () => {
        if (missing !== "") throw new CodedError("DEPENDENCY_UNAVAILABLE", `the database is not ready: ${missing}`);
      };
      this.inPostgres = async (work) => {
        this.requirePostgres();
        try {
          return await work(this.postgres);
        } catch (error) {
          throw databaseFailure(error);
        }
      };
      health.add("postgres", async () => {
        this.requirePostgres();
        await this.postgres.query("SELECT 1");
      });
      databases.push(() => versionOf(this.postgres));
      let reached = Promise.resolve();
      lifecycle.onOpen(() => {
        reached = keepTrying({
          attempt: async () => {
            await onItsOwn(openForMaintenance(config.postgres), (sequelize) => prepare(sequelize, this.broker));
            await this.adapter.connect();
            missing = "";
          },
          onFailure: (error, next) => {
            missing = reasonOf(error);
            this.logger.warn(`Postgres: ${missing}; trying again in ${next} ms`);
          },
          signal: stop.signal,
        });
      });
      lifecycle.onReach(() => reached);
      lifecycle.onDrain(() => stop.abort());
    },
    methods: {
      // moleculer-db would hold the service back until it is connected; here it is opened before, and waited for visibly.
      connect: () => Promise.resolve(),
    },
  });

async function onItsOwn(sequelize: Sequelize, work: (sequelize: Sequelize) => Promise<void>): Promise<void> {
  try {
    await work(sequelize);
  } finally {
    await sequelize.close();
  }
}

/** Such as `PostgreSQL 17.2 (Debian 17.2-1.pgdg120+1)`; the rest is what it was compiled with. */
async function versionOf(sequelize: Sequelize): Promise<string> {
  const [row] = await sequelize.query<{ version: string }>("SELECT version()", { type: QueryTypes.SELECT });
  return row?.version.split(" on ", 1)[0] ?? "";
}
