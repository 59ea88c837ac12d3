import { type Context, Service as MoleculerService } from "moleculer";
import { Action, Service } from "moleculer-decorators";
import { documentStoreMixin, type WithDocuments } from "../../mixins/document-store.mixin.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { restServer } from "../../protocols/rest/server.mixin.ts";
import { type LogEntry, toEntry, type WriteParams } from "./entry.ts";
import { GroupCommit } from "./group-commit.ts";
import { storeBatch } from "./store-batch.ts";

/** The audit log, in MongoDB or a file. */
@Service({
  name: "logger",
  mixins: [httpMixin("loggerPort"), restServer, documentStoreMixin({ database: "logs", collection: "logs" })],
})
export default class LoggerService extends MoleculerService implements WithHttp, WithDocuments {
  declare http: WithHttp["http"];
  declare documents: WithDocuments["documents"];
  declare requireDocuments: WithDocuments["requireDocuments"];
  declare writer: GroupCommit<LogEntry>;

  created(): void {
    this.writer = new GroupCommit((batch) => storeBatch(this.documents, batch));
  }

  /** Answers when the entry is stored. */
  @Action({
    params: {
      name: { type: "string", min: 1, max: 1024 },
      data: { type: "string", max: 1_048_576 },
      severity: { type: "enum", values: ["info", "warning", "error"], optional: true },
      source: { type: "string", max: 255, optional: true },
      event_id: { type: "string", min: 1, max: 255, optional: true },
    },
    expose: { rest: { route: ["POST /log", "POST /api/log"], says: "logged" } },
  })
  async write(ctx: Context<WriteParams>): Promise<void> {
    this.requireDocuments();
    await this.writer.write(toEntry(ctx.params, ctx.requestID ?? undefined));
  }
}
