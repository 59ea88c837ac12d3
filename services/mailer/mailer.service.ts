import { type Context, Service as MoleculerService } from "moleculer";
import { Action, Service } from "moleculer-decorators";
import type { Transporter } from "nodemailer";
import { CodedError } from "../../errors/index.ts";
import { documentStoreMixin, type WithDocuments } from "../../mixins/document-store.mixin.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { gauge, tally } from "../../node/metrics.ts";
import { nodeOf } from "../../node/node-context.ts";
import { amqpServer } from "../../protocols/amqp/server.mixin.ts";
import { grpcServer } from "../../protocols/grpc/server.mixin.ts";
import { jsonRpcServer } from "../../protocols/json-rpc/server.mixin.ts";
import { restServer } from "../../protocols/rest/server.mixin.ts";
import { accept, type Kept } from "./accept.ts";
import { MAX_RECIPIENTS } from "./address.ts";
import { MAX_ATTACHMENTS } from "./attachments.ts";
import { toMail } from "./check.ts";
import { deliver } from "./deliver.ts";
import { type MailDetail, type MailRow, type SendParams, type Status, toRow } from "./mail.ts";
import { MailStore, mailIndexes } from "./mail-store.ts";
import { smtpCheck } from "./smtp-check.ts";
import { listTemplates, preview, render, type TemplateName, templateNames, type Variables } from "./templates.ts";
import { MAX_CONNECTIONS, openTransport } from "./transport.ts";
import { offered, Worker } from "./worker.ts";

const variables = {
  type: "record",
  optional: true,
  key: { type: "string", max: 64 },
  value: [{ type: "string", max: 65_536 }, { type: "number" }, { type: "boolean" }],
} as const;
const id = { type: "string", min: 1, max: 255 } as const;
const template = { type: "enum", values: [...templateNames] } as const;

/** Keeps the mails it accepts, and sends them through SMTP. */
@Service({
  name: "mailer",
  mixins: [
    httpMixin("mailerPort"),
    restServer,
    amqpServer,
    grpcServer("mailerGrpcPort"),
    jsonRpcServer("mailerJsonRpcPort"),
    documentStoreMixin({
      database: "mail",
      collection: "mails",
      indexes: ({ mailRetentionDays }) => mailIndexes(mailRetentionDays),
    }),
  ],
})
export default class MailerService extends MoleculerService implements WithHttp, WithDocuments {
  declare http: WithHttp["http"];
  declare documents: WithDocuments["documents"];
  declare requireDocuments: WithDocuments["requireDocuments"];
  declare transport: Transporter;
  declare mails: MailStore;
  declare worker: Worker;

  created(): void {
    const { config, health, lifecycle } = nodeOf(this.broker);
    this.transport = openTransport(config);
    this.mails = new MailStore(this.documents);
    this.worker = new Worker({
      store: this.mails,
      deliver: (mail) => deliver(this.transport, mail, config.mailDomain),
      concurrency: MAX_CONNECTIONS,
      maxAttempts: config.mailAttempts,
      retryDelay: config.mailRetryDelay,
      onOffered: tally(
        this.broker,
        "mails.offered",
        "Mails offered to the server, by what became of it",
        "outcome",
        offered,
      ),
      logger: this.logger,
    });
    health.add("smtp", smtpCheck(this.transport, this.logger));
    gauge(this.broker, "mails.in_hand", "Mails that are being sent", () => this.worker.inHand);
    gauge(this.broker, "mails.waiting", "Mails that wait to be sent, of all mailers", () => this.mails.countQueued());
    lifecycle.onOpen(() => this.worker.start());
    lifecycle.onDrain(() => this.worker.drain());
    lifecycle.onClose(() => this.transport.close());
  }

  /**
   * Answers when the mail is kept and was tried once, but not later than 3 s after: `sent`, or `queued` when the mail
   * server is away, slow, or turned it away for now; then the mail is sent later. `id` makes it idempotent.
   * @throws CodedError MAIL_REFUSED when the server refuses it for good, OVERLOADED when too many wait
   */
  @Action({
    description: "Keeps a mail and sends it; with an id that is there already it is sent once",
    params: {
      id: { ...id, optional: true },
      from: { type: "string", max: 320, optional: true },
      to: [
        { type: "string", max: 16_384 },
        { type: "array", items: { type: "string", max: 320 }, max: MAX_RECIPIENTS },
      ],
      subject: { type: "string", max: 998, optional: true },
      message: { type: "string", max: 1_048_576, optional: true },
      template: { ...template, optional: true },
      variables,
      attachments: {
        type: "array",
        optional: true,
        max: MAX_ATTACHMENTS,
        items: {
          type: "object",
          props: {
            filename: { type: "string", min: 1, max: 255 },
            content: { type: "string", max: 16 << 20 },
            contentType: { type: "string", max: 255, optional: true },
          },
        },
      },
      wait: { type: "boolean", optional: true },
    },
    expose: {
      grpc: "mail.MailService/Send",
      amqp: { messageId: "id" },
      rest: { route: "POST /send", says: "sent to {to}" },
      jsonRpc: true,
    },
  })
  send(ctx: Context<SendParams>): Promise<Kept> {
    const { config } = nodeOf(this.broker);
    const mail = toMail(ctx.params, {
      // A request that the mesh delivers again comes with the same id, and is the same mail.
      id: ctx.id,
      sender: { name: config.mailFromName, address: config.mailFromAddress },
      attachmentsLimit: config.mailAttachmentsLimit,
      requestId: ctx.requestID ?? undefined,
    });
    this.requireDocuments();
    return accept(mail, this, { wait: ctx.params.wait ?? true, queueLimit: config.mailQueueLimit });
  }

  /** Newest first. */
  @Action({
    description: "Mails, the newest first",
    params: {
      status: { type: "enum", values: ["queued", "sent", "failed"], optional: true },
      page: { type: "number", integer: true, convert: true, min: 1, max: 1_000_000, default: 1 },
      pageSize: { type: "number", integer: true, convert: true, min: 1, max: 100, default: 20 },
    },
    expose: {
      grpc: "mail.MailService/List",
      rest: { route: "GET /mails", says: "mails" },
      amqp: true,
      jsonRpc: true,
    },
  })
  async list(ctx: Context<{ status?: Status; page: number; pageSize: number }>): Promise<Page<MailRow>> {
    const { status, page, pageSize } = ctx.params;
    const { mails, total } = await this.mails.list(status, (page - 1) * pageSize, pageSize);
    return { rows: mails.map(toRow), total, page, pageSize, totalPages: Math.ceil(total / pageSize) };
  }

  /** The row, and the mail as it looks. @throws CodedError NOT_FOUND */
  @Action({
    description: "One mail, as it looks",
    params: { id },
    expose: {
      grpc: "mail.MailService/Get",
      rest: { route: "GET /mails/:id", says: "mail" },
      amqp: true,
      jsonRpc: true,
    },
  })
  async get(ctx: Context<{ id: string }>): Promise<MailDetail> {
    const mail = await this.mails.find(ctx.params.id);
    if (mail === undefined) throw notFound(ctx.params.id);
    const attachments = mail.attachments.map(({ filename, content_type, size }) => ({ filename, content_type, size }));
    return { ...toRow(mail), ...render(mail.template, mail.subject, mail.variables), attachments };
  }

  @Action({
    description: "Sends a mail again that has failed",
    params: { id },
    expose: {
      grpc: "mail.MailService/Resend",
      rest: { route: "POST /mails/:id/resend", says: "mail is sent again" },
      amqp: true,
      jsonRpc: true,
    },
  })
  async resend(ctx: Context<{ id: string }>): Promise<Kept> {
    const { id } = ctx.params;
    const requeued = await this.mails.requeue(id);
    if (requeued === undefined) {
      const mail = await this.mails.find(id);
      if (mail === undefined) throw notFound(id);
      if (mail.status === "sent") throw new CodedError("CONFLICT", "the mail was sent already");
      return { id, status: mail.status };
    }
    const outcome = this.worker.outcome(id, RESEND_WAIT);
    this.worker.wake();
    const mail = (await outcome) ?? requeued;
    return { id, status: mail.status, reason: mail.reason || undefined };
  }

  @Action({
    description: "The templates and their variables",
    expose: {
      grpc: { rpc: "mail.MailService/Templates", value: "templates" },
      rest: { route: "GET /mail-templates", says: "mail templates" },
      amqp: true,
      jsonRpc: true,
    },
  })
  templates(): ReturnType<typeof listTemplates> {
    return listTemplates();
  }

  /** Nothing is sent; a variable that is not given shows a sample. */
  @Action({
    description: "A mail as it would look; nothing is sent",
    params: { template, variables },
    expose: {
      idempotent: true,
      grpc: "mail.MailService/Preview",
      rest: { route: "POST /mail-templates/:template/preview", says: "preview" },
      amqp: true,
      jsonRpc: true,
    },
  })
  preview(ctx: Context<{ template: TemplateName; variables?: Variables }>): ReturnType<typeof preview> {
    return preview(ctx.params.template, ctx.params.variables ?? {});
  }
}

interface Page<T> {
  readonly rows: readonly T[];
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
  readonly totalPages: number;
}

/** ms */
const RESEND_WAIT = 3_000;

const notFound = (id: string) => new CodedError("NOT_FOUND", `there is no mail with the id ${JSON.stringify(id)}`);
