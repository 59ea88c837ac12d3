import { type Context, Service as MoleculerService } from "moleculer";
import { Action, Service } from "moleculer-decorators";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { postgresMixin, type WithPostgres } from "../../mixins/postgres.mixin.ts";
import { nodeOf } from "../../node/node-context.ts";
import { restServer } from "../../protocols/rest/server.mixin.ts";
import { authenticate, type Credentials } from "./authenticate.ts";
import { migrate } from "./migrations/migrate.ts";
import { seedUsers } from "./seed.ts";
import { defineUser, type User, type UserModel } from "./user.ts";

/** Users and their passwords, in Postgres. */
@Service({
  name: "auth",
  mixins: [
    httpMixin("authPort"),
    restServer,
    postgresMixin({
      model: defineUser,
      prepare: async (sequelize, broker) => {
        await migrate(sequelize);
        if (nodeOf(broker).config.seedUsers) await seedUsers(sequelize.model("user") as UserModel);
      },
    }),
  ],
})
export default class AuthService extends MoleculerService implements WithHttp, WithPostgres {
  declare http: WithHttp["http"];
  declare postgres: WithPostgres["postgres"];
  declare requirePostgres: WithPostgres["requirePostgres"];

  @Action({
    params: { email: { type: "string", max: 255 }, password: { type: "string", max: 1024 } },
    expose: { rest: { route: "POST /authenticate", says: "Logged in user {email}" } },
  })
  async authenticate(ctx: Context<Credentials>): Promise<User> {
    this.requirePostgres();
    return authenticate(ctx.params, async (email) => {
      const found = await (this.postgres.model("user") as UserModel).findOne({ where: { email } });
      return found?.get({ plain: true }) ?? null;
    });
  }
}
