import { type Context, Service as MoleculerService } from "moleculer";
import { Action, Service } from "moleculer-decorators";
import { CodedError } from "../../errors/index.ts";
import { documentStoreMixin, type WithDocuments } from "../../mixins/document-store.mixin.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { gauge } from "../../node/metrics.ts";
import { nodeOf } from "../../node/node-context.ts";
import { amqpServer } from "../../protocols/amqp/server.mixin.ts";
import { grpcServer } from "../../protocols/grpc/server.mixin.ts";
import { jsonRpcServer } from "../../protocols/json-rpc/server.mixin.ts";
import { restServer } from "../../protocols/rest/server.mixin.ts";
import { type LogEntry, type LogRow, severities, sizeOf, toEntry, toRow, type WriteParams } from "./entry.ts";
import { defaultLimits, GroupCommit, type Outcome } from "./group-commit.ts";
import { indexes } from "./indexes.ts";
import { type ListParams, listEntries, type Page, sorts, toQuery } from "./list.ts";
import { storeBatch, type Written } from "./store-batch.ts";
import { Tail, type Tailed } from "./tail.ts";
import { type TailedEntry, type TailFilter, Tails } from "./tails.ts";

const id = { type: "string", min: 1, max: 64 } as const;
const name = { type: "string", min: 1, max: 1024 } as const;
const data = { type: "string", max: 1_048_576 } as const;
const severity = { type: "enum", values: [...severities], optional: true } as const;
const source = { type: "string", max: 255, optional: true } as const;

/** The audit log, in MongoDB or a file. */
@Service({
  name: "logger",
  mixins: [
    httpMixin("loggerPort"),
    restServer,
    amqpServer,
    grpcServer("loggerGrpcPort"),
    jsonRpcServer("loggerJsonRpcPort"),
    documentStoreMixin({ database: "logs", collection: "logs", indexes }),
  ],
  events: {
    "log.written"(this: LoggerService, ctx: Context<Tailed>) {
      this.tails.add(ctx.params);
    },
  },
})
export default class LoggerService extends MoleculerService implements WithHttp, WithDocuments {
  declare http: WithHttp["http"];
  declare documents: WithDocuments["documents"];
  declare requireDocuments: WithDocuments["requireDocuments"];
  declare writer: GroupCommit<LogEntry, Written>;
  declare tail: Tail;
  declare tails: Tails;

  created(): void {
    const { requestTimeout } = nodeOf(this.broker).config;
    this.tails = new Tails();
    this.tail = new Tail((tailed) => this.broker.broadcast("log.written", tailed));
    this.writer = new GroupCommit<LogEntry, Written>({
      store: async (batch) => {
        this.requireDocuments();
        const outcomes = await storeBatch(this.documents, batch);
        for (const [index, outcome] of outcomes.entries()) this.tell(outcome, batch[index]);
        return outcomes;
      },
      sizeOf,
      // Who waits for the answer hears from here why there is none, and not that the time is up.
      limits: { patience: Math.min(defaultLimits.patience, requestTimeout * 0.8) },
    });
    gauge(this.broker, "log.tails", "Those who tail the log over gRPC", () => this.tails.size);
    gauge(this.broker, "log.waiting", "Log entries that wait to be stored", () => this.writer.waiting);
  }

  stopped(): void {
    this.tail.flush();
  }

  tell(outcome: Outcome<Written>, entry: LogEntry | undefined): void {
    if (entry !== undefined && "value" in outcome && !outcome.value.duplicate) this.tail.add(entry);
  }

  /**
   * Answers when the entry is stored, with its id. A write with an event_id that is in the log already stores nothing and
   * answers with the first one's id. While the store is away it waits for up to 4 s.
   */
  @Action({
    description: "Stores an entry; with an event_id that is there already it stores nothing",
    // The writer bounds what waits, and must see it all at once to write it in few batches.
    bulkhead: { enabled: false },
    params: {
      name,
      data,
      severity,
      source,
      via: { type: "string", max: 32, optional: true },
      event_id: { type: "string", min: 1, max: 255, optional: true },
    },
    expose: {
      rest: { route: ["POST /log", "POST /api/log"], says: "logged" },
      amqp: { messageId: "event_id" },
      grpc: [
        { rpc: "logs.LogService/WriteLog", params: "logEntry", adds: { result: "logged!" } },
        { rpc: "logs.LogService/WriteLogs", params: "logEntry", value: "written" },
      ],
      jsonRpc: { also: { "RPCServer.LogInfo": { says: "Processed payload via RPC: {name}" } } },
    },
  })
  async write(ctx: Context<WriteParams>): Promise<{ id: string }> {
    const { id } = await this.writer.write(toEntry(ctx.params, ctx.requestID ?? undefined), ctx.options.signal);
    return { id };
  }

  @Action({
    description: "Entries that have all of what is asked for, the newest first unless sorted otherwise",
    params: {
      name: { type: "string", max: 1024, optional: true },
      severity,
      source,
      q: { type: "string", max: 200, optional: true },
      from: { type: "string", max: 40, optional: true },
      to: { type: "string", max: 40, optional: true },
      page: { type: "number", integer: true, min: 1, max: 1_000_000, convert: true, optional: true },
      pageSize: { type: "number", integer: true, min: 1, max: 100, convert: true, optional: true },
      sort: { type: "enum", values: [...sorts], optional: true },
    },
    expose: {
      grpc: "logs.LogService/ListLogs",
      rest: { route: "GET /logs", says: "log entries" },
      amqp: true,
      jsonRpc: true,
    },
  })
  async list(ctx: Context<ListParams>): Promise<Page> {
    this.requireDocuments();
    return await listEntries(this.documents, ctx.params);
  }

  @Action({
    description: "One entry",
    params: { id },
    expose: {
      grpc: "logs.LogService/GetLog",
      rest: { route: "GET /logs/:id", says: "log entry" },
      amqp: true,
      jsonRpc: true,
    },
  })
  async get(ctx: Context<{ id: string }>): Promise<LogRow> {
    this.requireDocuments();
    const found = await this.documents.findById(ctx.params.id);
    return toRow(found ?? notThere(ctx.params.id));
  }

  /** Changes what is given, and `updated_at`; answers with the entry as it is then. */
  @Action({
    description: "Changes of an entry what is given",
    params: { id, name: { ...name, optional: true }, data: { ...data, optional: true }, severity, source },
    expose: {
      idempotent: true,
      grpc: "logs.LogService/UpdateLog",
      rest: { route: "PATCH /logs/:id", says: "log entry changed" },
      amqp: true,
      jsonRpc: true,
    },
  })
  async update(ctx: Context<{ id: string } & Partial<WriteParams>>): Promise<LogRow> {
    this.requireDocuments();
    const { id, name, data, severity, source } = ctx.params;
    const changes = Object.entries({ name, data, severity, source }).filter(([, value]) => value !== undefined);
    if (changes.length === 0) {
      throw new CodedError("VALIDATION_FAILED", 'One of "name", "data", "severity", "source" is required.');
    }
    const update = { $set: { ...Object.fromEntries(changes), updated_at: new Date() } };
    return toRow((await this.documents.updateById(id, update)) ?? notThere(id));
  }

  @Action({
    description: "Removes one entry",
    params: { id },
    expose: {
      grpc: "logs.LogService/RemoveLog",
      rest: { route: "DELETE /logs/:id", says: "log entry removed" },
      amqp: true,
      jsonRpc: true,
    },
  })
  async remove(ctx: Context<{ id: string }>): Promise<{ removed: number }> {
    this.requireDocuments();
    if (!(await this.documents.removeById(ctx.params.id))) notThere(ctx.params.id);
    return { removed: 1 };
  }

  /** Removes every entry, or every one of a source; what is written meanwhile may stay. */
  @Action({
    description: "Removes every entry, or every one of a source",
    params: { source: { ...source, min: 1 } },
    expose: {
      grpc: "logs.LogService/ClearLogs",
      rest: { route: "DELETE /logs", says: "log cleared" },
      amqp: true,
      jsonRpc: true,
    },
  })
  async clear(ctx: Context<{ source?: string }>): Promise<{ removed: number }> {
    this.requireDocuments();
    return { removed: await this.documents.removeMany(toQuery(ctx.params)) };
  }

  /** Entries as any logger stores them, from now on. For this node alone: every logger hears of all entries by itself. */
  @Action({
    visibility: "protected",
    params: { name: { ...name, optional: true }, severity, source },
    expose: { grpc: "logs.LogService/TailLogs" },
  })
  watch(ctx: Context<TailFilter>): AsyncIterable<TailedEntry> {
    return this.tails.open(ctx.params, ctx.options.signal);
  }
}

function notThere(id: string): never {
  throw new CodedError("NOT_FOUND", `there is no log entry ${id}`);
}
