import { type Context, Service as MoleculerService } from "moleculer";
import { Action, Service } from "moleculer-decorators";
import type { Transporter } from "nodemailer";
import { CodedError } from "../../errors/index.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { nodeOf } from "../../node/node-context.ts";
import { restServer } from "../../protocols/rest/server.mixin.ts";
import { compose } from "./compose.ts";
import type { Mail, Sender } from "./mail.ts";
import { openTransport } from "./transport.ts";

/** Sends mail through SMTP. */
@Service({ name: "mailer", mixins: [httpMixin("mailerPort"), restServer] })
export default class MailerService extends MoleculerService implements WithHttp {
  declare http: WithHttp["http"];
  declare transport: Transporter;
  declare sender: Sender;

  created(): void {
    const { config, health, lifecycle } = nodeOf(this.broker);
    this.transport = openTransport(config);
    this.sender = { name: config.mailFromName, address: config.mailFromAddress };
    health.add("smtp", async () => void (await this.transport.verify()));
    lifecycle.onClose(() => this.transport.close());
  }

  @Action({
    params: {
      from: { type: "email", empty: true, optional: true },
      to: { type: "email" },
      subject: { type: "string", max: 998 },
      message: { type: "string", max: 1_048_576 },
    },
    expose: { rest: { route: "POST /send", says: "sent to {to}" } },
  })
  async send(ctx: Context<Mail>): Promise<void> {
    try {
      await this.transport.sendMail(compose(ctx.params, this.sender, ctx.requestID ?? undefined));
    } catch (error) {
      throw new CodedError("DEPENDENCY_UNAVAILABLE", "the mail server did not take the mail", { cause: error });
    }
  }
}
