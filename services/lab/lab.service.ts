import { join } from "node:path";
import { type Context, Service as MoleculerService } from "moleculer";
import { Action, Method, Service } from "moleculer-decorators";
import { environmentOf } from "../../config/load.ts";
import { CodedError, toCodedError } from "../../errors/index.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { nodeOf } from "../../node/node-context.ts";
import { amqpServer } from "../../protocols/amqp/server.mixin.ts";
import { nodesWith } from "../../protocols/endpoints.ts";
import { grpcServer } from "../../protocols/grpc/server.mixin.ts";
import { jsonRpcServer } from "../../protocols/json-rpc/server.mixin.ts";
import { restServer } from "../../protocols/rest/server.mixin.ts";
import { type EchoParams, echo, echoed } from "./echo.ts";
import { Leftovers, removeEntries } from "./leftovers.ts";
import { onlyEchoMixin } from "./only-echo.mixin.ts";
import { after, type Progress, progressEvent, type RunStatus } from "./progress.ts";
import { toCsv } from "./report/csv.ts";
import { toHtml } from "./report/html.ts";
import { newReportId, Reports } from "./reports.ts";
import type { Report, ReportEntry } from "./results.ts";
import { report, reportEntries, runId, runStatus } from "./returns.ts";
import { Run } from "./run.ts";
import { type Settings, writesToLog } from "./settings.ts";
import { settingsFrom, type Wishes, wishesSchema } from "./wishes.ts";

/** How long another lab may take to say what it does, ms. */
const LOOK_TIMEOUT = 2_000;

/** That a run is to begin here; it does not hold any more when another node goes before. */
interface Claim {
  holds: boolean;
}

const conflict = () => new CodedError("CONFLICT", "a run is under way; wait for it, or stop it");

type Known = { readonly status: RunStatus; readonly node: string };

/** @param told by the node that was thought to be at it */
const endOf = ({ status, node }: Known, told: RunStatus | null): Known => ({
  status: told?.run === status.run ? told : { ...status, state: "partial", reason: "its end was not heard of" },
  node,
});

/** Compares the protocols: the same operation over each, side by side. */
@Service({
  name: "lab",
  mixins: [
    httpMixin("labPort"),
    restServer,
    amqpServer,
    grpcServer("labGrpcPort"),
    jsonRpcServer("labJsonRpcPort"),
    onlyEchoMixin,
  ],
  events: {
    [progressEvent](this: LabService, { params, nodeID }: Context<Progress>) {
      const status = after(this.last?.status, params);
      if (status !== undefined) this.last = { status, node: nodeID ?? this.broker.nodeID };
    },
  },
})
export default class LabService extends MoleculerService implements WithHttp {
  declare http: WithHttp["http"];
  declare kept: Reports;
  declare leftovers: Leftovers;
  /** The one under way on this node. */
  declare current?: Run;
  /** Of the one that is about to begin on this node. */
  declare claim?: Claim;
  /** The last one in the mesh, and the node that does it. */
  declare last?: Known;

  created(): void {
    const { config, lifecycle } = nodeOf(this.broker);
    const directory = join(config.dataDir, "lab");
    this.kept = new Reports(directory, config.labReports);
    this.leftovers = new Leftovers({
      directory,
      remove: (run) => removeEntries(this.broker, run),
      tell: (line) => this.logger.warn(line),
    });
    lifecycle.onDrain(() => this.current?.stop());
  }

  /** What a run left that was under way when this node was killed. */
  started(): void {
    if (nodeOf(this.broker).config.labRuns) void this.leftovers.clear((run) => this.isRunning(run));
  }

  @Action(echo)
  echo(ctx: Context<EchoParams>): EchoParams {
    return echoed(ctx);
  }

  /**
   * Begins a run and answers with its id; `lab.progress` tells how it goes on. One at a time in a mesh.
   * @throws CodedError VALIDATION_FAILED; CONFLICT while one is under way
   */
  @Action({ params: wishesSchema, returns: runId })
  async run(ctx: Context<Wishes>): Promise<{ id: string }> {
    const settings = settingsFrom(ctx.params);
    if (this.claim !== undefined) throw conflict();
    // Before the others are asked: of two that claim, one at least hears of the other.
    const claim: Claim = { holds: true };
    this.claim = claim;
    try {
      await this.lookAround(claim);
      if (!claim.holds || this.owner() !== undefined) throw conflict();
      return { id: this.begin(settings) };
    } finally {
      this.claim = undefined;
    }
  }

  /** @returns the run's id */
  @Method
  begin(settings: Settings): string {
    const { config } = nodeOf(this.broker);
    const id = newReportId();
    if (writesToLog(settings.operations)) this.leftovers.note(id);
    const run = new Run({
      id,
      settings,
      environment: { ...environmentOf(config), NODE_ID: undefined },
      // A URL may have a password in it, and reports are shown around.
      transporter: config.transporter.split(":", 1)[0] ?? "",
      tell: (progress) => void this.broker.broadcast(progressEvent, progress),
      keep: (report) => this.kept.keep(report),
    });
    this.current = run;
    void run.over.then(async () => {
      if (this.current === run) this.current = undefined;
      if (run.cleared) await this.leftovers.forget(id);
      await this.leftovers.clear((other) => this.isRunning(other));
    });
    return id;
  }

  /** The run under way, or the last one that this node heard of; null when there was none. */
  @Action({ returns: runStatus })
  async status(): Promise<RunStatus | null> {
    await this.lookAround();
    return this.known();
  }

  /**
   * The same of the runs that this node itself does, for the other labs; it asks nobody.
   * @throws CodedError CONFLICT to who claims while this node has a run, or claims too and has the lower id
   */
  @Action({ params: { claims: { type: "boolean", default: false } } })
  own(ctx: Context<{ claims: boolean }>): RunStatus | null {
    const { claim, current, broker } = this;
    if (ctx.params.claims) {
      if (current !== undefined || (claim?.holds && broker.nodeID < (ctx.nodeID ?? ""))) throw conflict();
      if (claim !== undefined) claim.holds = false;
    }
    return this.last?.node === this.broker.nodeID ? this.known() : null;
  }

  /**
   * Has the run under way end, which `lab.progress` tells: calls in flight come to their end, entries are removed, and what
   * was measured so far is kept.
   */
  @Action({ returns: runId })
  async stop(ctx: Context): Promise<{ id: string }> {
    await this.lookAround();
    const owner = this.owner();
    if (owner === undefined) throw new CodedError("NOT_FOUND", "no run is under way");
    const { current } = this;
    if (current === undefined) return await ctx.call("lab.stop", {}, { nodeID: owner });
    void current.stop();
    return { id: current.id };
  }

  /** The newest first. */
  @Action({ returns: reportEntries })
  async reports(): Promise<ReportEntry[]> {
    return await this.kept.list();
  }

  /** To look at (json), to calculate with (csv, a text), to show (html, a text). @throws CodedError NOT_FOUND */
  @Action({
    params: {
      id: { type: "string", max: 64 },
      format: { type: "enum", values: ["json", "csv", "html"], default: "json" },
    },
    returns: report,
  })
  async report(ctx: Context<{ id: string; format: "json" | "csv" | "html" }>): Promise<Report | string> {
    const kept = await this.kept.get(ctx.params.id);
    if (ctx.params.format === "json") return kept;
    return ctx.params.format === "csv" ? toCsv(kept) : toHtml(kept);
  }

  @Method
  isRunning(run: string): boolean {
    return run === this.current?.id || (run === this.last?.status.run && this.owner() !== undefined);
  }

  @Method
  known(): RunStatus | null {
    const { last } = this;
    if (last === undefined) return null;
    if (last.status.state !== "running" || this.owner() !== undefined) return last.status;
    return { ...last.status, state: "partial", reason: "the node that did it is gone" };
  }

  /** The node whose run is under way: this one, or another of the mesh, as far as is known here. */
  @Method
  owner(): string | undefined {
    if (this.current !== undefined) return this.broker.nodeID;
    const { last } = this;
    if (last?.status.state !== "running" || last.node === this.broker.nodeID) return undefined;
    return this.others().find((node) => node === last.node);
  }

  /** The other nodes that do runs. */
  @Method
  others(): string[] {
    return nodesWith(this.broker, "lab.run").filter((node) => node !== this.broker.nodeID);
  }

  /**
   * Asks the others what they do: this node may have come later, or have missed what told of it.
   * @param claim does not hold any more when one of them goes before
   */
  @Method
  async lookAround(claim?: Claim): Promise<void> {
    if (this.current !== undefined) return;
    const ask = async (node: string) => {
      const options = { nodeID: node, timeout: LOOK_TIMEOUT };
      const answer = this.broker.call<RunStatus | null, object>("lab.own", { claims: claim !== undefined }, options);
      // Who does not answer may be at it all the same.
      const status = await answer.catch((error: unknown) => {
        if (claim !== undefined && toCodedError(error).type === "CONFLICT") claim.holds = false;
        return undefined;
      });
      const { last } = this;
      if (status === undefined) return;
      if (status?.state === "running") this.last = { status, node };
      else if (last?.node === node && last.status.state === "running") this.last = endOf(last, status);
    };
    await Promise.all(this.others().map(ask));
  }
}
