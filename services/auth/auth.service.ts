import { type Context, Service as MoleculerService, type ServiceBroker } from "moleculer";
import { Action, Service } from "moleculer-decorators";
import type { Sequelize } from "sequelize";
import { eventQueueMixin, type WithEvents } from "../../mixins/event-queue.mixin.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { outboxMixin, type WithOutbox } from "../../mixins/outbox.mixin.ts";
import { reasonOf } from "../../mixins/postgres/failure.ts";
import { postgresMixin, type WithPostgres } from "../../mixins/postgres.mixin.ts";
import { callIdOf } from "../../node/call-id.ts";
import { tally } from "../../node/metrics.ts";
import { nodeOf } from "../../node/node-context.ts";
import { traceparentBelow } from "../../node/tracing/tracer.ts";
import { amqpServer } from "../../protocols/amqp/server.mixin.ts";
import { grpcServer } from "../../protocols/grpc/server.mixin.ts";
import { jsonRpcServer } from "../../protocols/json-rpc/server.mixin.ts";
import { restServer } from "../../protocols/rest/server.mixin.ts";
import { Attempts } from "./attempts/attempts.ts";
import { authenticate, type Credentials } from "./authenticate.ts";
import { type Outcome, outcomeOf, outcomes } from "./login-outcome.ts";
import { migrate } from "./migrations/migrate.ts";
import * as params from "./params.ts";
import { LegacyHashes } from "./password/legacy-hashes.ts";
import { seedUsers } from "./seed.ts";
import { defineUser, toUser, type User, type UserRow } from "./user.ts";
import type { Asked, Store } from "./users/change.ts";
import { createUser, type NewUser } from "./users/create.ts";
import { containing, findUser } from "./users/find.ts";
import { setPassword, type UserUpdate, updateUser } from "./users/update.ts";

interface Page<T> {
  rows: T[];
  total: number;
  page: number;
  pageSize: number;
  totalPages: number;
}

async function prepare(sequelize: Sequelize, broker: ServiceBroker): Promise<void> {
  const { seedUsers: wanted, environment } = nodeOf(broker).config;
  const seed = wanted && environment !== "production";
  if (wanted && !seed) broker.getLogger("auth").warn("SEED_USERS is not heeded in production: its password is public");
  await migrate(sequelize, seed ? seedUsers : undefined);
}

/** Users and their passwords, in Postgres. */
@Service({
  name: "auth",
  mixins: [
    httpMixin("authPort"),
    restServer,
    amqpServer,
    grpcServer("authGrpcPort"),
    jsonRpcServer("authJsonRpcPort"),
    outboxMixin,
    eventQueueMixin(),
    postgresMixin({ model: defineUser, prepare }),
  ],
})
export default class AuthService extends MoleculerService implements WithHttp, WithPostgres, WithEvents, WithOutbox {
  declare http: WithHttp["http"];
  declare postgres: WithPostgres["postgres"];
  declare requirePostgres: WithPostgres["requirePostgres"];
  declare inPostgres: WithPostgres["inPostgres"];
  declare eventQueue: WithEvents["eventQueue"];
  declare outbox: WithOutbox["outbox"];
  declare relay: WithOutbox["relay"];
  declare attempts: Attempts;
  declare legacyHashes: LegacyHashes;
  declare countLogin: (outcome: Outcome) => void;
  /** moleculer-db's. */
  declare _list: (ctx: Context<object>, params: object) => Promise<Page<UserRow>>;

  created(): void {
    this.attempts = new Attempts();
    this.legacyHashes = new LegacyHashes(this.postgres);
    this.countLogin = tally(this.broker, "logins", "Logins that were tried", "outcome", outcomes);
  }

  @Action({
    description: "Checks who somebody is; after failures it wants time",
    params: { email: params.login, password: params.password, client: { type: "string", max: 255, optional: true } },
    expose: {
      idempotent: true,
      grpc: "auth.AuthService/Authenticate",
      rest: { route: "POST /authenticate", says: "Logged in user {email}" },
      amqp: true,
      jsonRpc: true,
    },
  })
  authenticate(ctx: Context<Credentials>): Promise<User> {
    const { attempts, legacyHashes, logger } = this;
    const onUpgradeFailure = (error: unknown) => logger.warn(`A hash could not be made anew: ${reasonOf(error)}`);
    const login = this.inPostgres((sequelize) =>
      authenticate({ sequelize, attempts, legacyHashes, onUpgradeFailure, signal: ctx.options.signal }, ctx.params),
    );
    login.then(
      () => this.countLogin("valid"),
      (error: unknown) => this.countLogin(outcomeOf(error)),
    );
    return login;
  }

  @Action({
    description: "Makes a user, who is active unless told otherwise",
    params: {
      email: params.email,
      first_name: params.name,
      last_name: params.name,
      password: params.newPassword,
      active: params.active,
    },
    expose: {
      grpc: "auth.AuthService/CreateUser",
      rest: { route: "POST /users", says: "user created" },
      amqp: true,
      jsonRpc: true,
    },
  })
  createUser(ctx: Context<NewUser>): Promise<User> {
    return this.change(ctx, createUser);
  }

  @Action({
    description: "Users, those with a text in their address or name",
    params: params.paging,
    expose: {
      grpc: "auth.AuthService/ListUsers",
      rest: { route: "GET /users", says: "users" },
      amqp: true,
      jsonRpc: true,
    },
  })
  async listUsers(ctx: Context<{ q?: string; page: number; pageSize: number }>): Promise<Page<User>> {
    const { q, page, pageSize } = ctx.params;
    const wanted = { query: containing(q), sort: "id", page, pageSize, offset: (page - 1) * pageSize };
    const found = await this.inPostgres(() => this._list(ctx, wanted));
    return { ...found, rows: found.rows.map(toUser) };
  }

  @Action({
    description: "One user, by id or by address",
    params: { id: { ...params.id, optional: true }, email: { ...params.login, optional: true } },
    expose: {
      grpc: "auth.AuthService/FindUser",
      rest: { route: ["GET /users/:id", "GET /user"], says: "user" },
      amqp: true,
      jsonRpc: true,
    },
  })
  findUser(ctx: Context<{ id?: number; email?: string }>): Promise<User> {
    return this.inPostgres((sequelize) => findUser(sequelize, ctx.params));
  }

  @Action({
    description: "Changes of a user what is given",
    params: {
      id: params.id,
      email: { ...params.email, optional: true },
      first_name: params.name,
      last_name: params.name,
      active: params.active,
    },
    expose: {
      idempotent: true,
      grpc: "auth.AuthService/UpdateUser",
      rest: { route: "PATCH /users/:id", says: "user changed" },
      amqp: true,
      jsonRpc: true,
    },
  })
  updateUser(ctx: Context<UserUpdate>): Promise<User> {
    return this.change(ctx, updateUser);
  }

  @Action({
    description: "Keeps a user from logging in",
    params: { id: params.id },
    expose: {
      idempotent: true,
      grpc: "auth.AuthService/DeactivateUser",
      rest: { route: "POST /users/:id/deactivate", says: "user deactivated" },
      amqp: true,
      jsonRpc: true,
    },
  })
  deactivateUser(ctx: Context<{ id: number }>): Promise<User> {
    return this.change(ctx, (store, asked, { id }) => updateUser(store, asked, { id, active: false }));
  }

  @Action({
    description: "Sets a user's password",
    params: { id: params.id, password: params.newPassword },
    expose: {
      grpc: "auth.AuthService/SetPassword",
      rest: { route: "PUT /users/:id/password", says: "password set" },
      amqp: true,
      jsonRpc: true,
    },
  })
  setPassword(ctx: Context<{ id: number; password: string }>): Promise<User> {
    return this.change(ctx, setPassword);
  }

  /** What was committed is told at once. */
  async change<P>(ctx: Context<P>, work: (store: Store, asked: Asked, params: P) => Promise<User>): Promise<User> {
    const { outbox } = this;
    const asked = { callId: callIdOf(ctx), requestId: ctx.requestID ?? null, traceparent: traceparentBelow() };
    const user = await this.inPostgres((sequelize) => work({ sequelize, outbox }, asked, ctx.params));
    this.relay.nudge();
    return user;
  }
}
