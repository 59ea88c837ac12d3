import type { ServerResponse } from "node:http";
import { type Context, Service as MoleculerService, type ServiceSettingSchema } from "moleculer";
import { Method, Service } from "moleculer-decorators";
import ApiGateway from "moleculer-web";
import { gatewayPath } from "../../config/neighbours.ts";
import { toCodedError } from "../../errors/index.ts";
import { eventQueueMixin, type WithEvents } from "../../mixins/event-queue.mixin.ts";
import { unlessAnswered } from "../../mixins/http/unless-answered.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import type { Exchange } from "../../mixins/http-edge.ts";
import { gauge } from "../../node/metrics.ts";
import { nodeOf } from "../../node/node-context.ts";
import { type NodeStats, nodeStatsEvent } from "../../node/node-stats.ts";
import { within } from "../../node/tracing/tracer.ts";
import { AmqpClient } from "../../protocols/amqp/client.ts";
import { GrpcClient } from "../../protocols/grpc/client.ts";
import { JsonRpcClient } from "../../protocols/json-rpc/client.ts";
import { MeshClient } from "../../protocols/mesh/client.ts";
import { RestClient } from "../../protocols/rest/client.ts";
import { asking } from "./ask.ts";
import { behindTheEdge } from "./behind-the-edge.ts";
import { Clients } from "./clients.ts";
import { docsPage } from "./docs/page.ts";
import { FirstSight } from "./first-sight.ts";
import { Front } from "./front/front.ts";
import { leaveOutPath } from "./front/own-path.ts";
import { LogTail, type Written } from "./live/log-tail.ts";
import { MeshPicture } from "./live/mesh.ts";
import { LAB, LOG } from "./live/routes.ts";
import { frame } from "./live/stream.ts";
import { Streams } from "./live/streams.ts";
import { requestSpan } from "./request-span.ts";
import { routes } from "./routes.ts";
import { sessionKey } from "./session/key.ts";
import { Sessions } from "./session/sessions.ts";
import { Tokens, type User } from "./session/tokens.ts";
import { Telling } from "./telling.ts";
import { Trace } from "./trace.ts";
import type { WebRequest } from "./web-request.ts";

/** moleculer-web as a middleware of the node's own port, with this system's errors. */
const webSettings: ServiceSettingSchema & Record<string, unknown> = {
  server: false,
  logRequest: null,
  logResponse: null,
  logRouteRegistration: null,
};

/** A broadcast, so that what one gateway ended is over on all. */
const sessionEnded = "session.ended";

/** The single entry point; the course's Broker Service. */
@Service({
  name: "gateway",
  mixins: [httpMixin("gatewayPort"), eventQueueMixin(), ApiGateway],
  settings: webSettings,
  actions: {
    // Every request is in it while it is answered, a live stream as long as it lasts.
    rest: { visibility: "private", bulkhead: { enabled: true, concurrency: 2_000, maxQueueSize: 2_000 } },
    // moleculer-web's own; nobody should change a gateway's routes from afar.
    listAliases: false,
    addRoute: false,
    removeRoute: false,
  },
  events: {
    "log.written"(this: GatewayService, ctx: Context<Written>) {
      this.streams.publish(LOG, this.tail.add(ctx.params));
    },
    "lab.progress"(this: GatewayService, { params }: Context<object>) {
      this.streams.publish(LAB, frame("progress", params));
    },
    [nodeStatsEvent](this: GatewayService, ctx: Context<NodeStats>) {
      this.mesh.heard(ctx.nodeID ?? this.broker.nodeID, ctx.params);
    },
    [sessionEnded](this: GatewayService, { params }: Context<{ id: string; expires: number }>) {
      this.sessions.ended.add(params.id, params.expires);
      this.streams.endSession(params.id);
    },
  },
})
export default class GatewayService extends MoleculerService implements WithHttp, WithEvents {
  declare http: WithHttp["http"];
  declare eventQueue: WithEvents["eventQueue"];
  declare addRoute: (route: object) => void;

  declare clients: Clients;
  declare front: Front;
  /** Of GATEWAY_URL. */
  declare basePath: string;
  declare sessions: Sessions;
  declare streams: Streams;
  declare tail: LogTail;
  declare mesh: MeshPicture;
  declare telling: Telling;
  declare firstSight: FirstSight;
  declare web: ReturnType<typeof behindTheEdge>;
  /** Whether `log` and `mail` are for anyone. */
  declare isOpen: boolean;

  created(): void {
    const { config, health, lifecycle, traffic } = nodeOf(this.broker);
    this.isOpen = config.openGateway ?? config.environment !== "production";
    this.clients = new Clients(this.broker, [
      new MeshClient(this.broker),
      new RestClient(this.broker),
      new JsonRpcClient(this.broker),
      new GrpcClient(this.broker),
      new AmqpClient(this.broker),
    ]);
    this.front = new Front(config);
    this.basePath = gatewayPath(config);
    this.sessions = new Sessions({
      tokens: new Tokens(sessionKey(config)),
      cors: this.front.cors,
      lifetime: config.sessionLifetime,
      alwaysSecure: config.environment === "production",
      findUser: async (id, request) => (await (request as WebRequest).ask("auth.findUser", { id })) as User | null,
    });
    this.streams = new Streams(config.streamLimit);
    this.tail = new LogTail();
    this.mesh = new MeshPicture(this.broker);
    this.telling = new Telling(this.eventQueue, this.logger);

    // Only where others send it requests as soon as it is ready: else nobody waits for what was left out on purpose.
    const patience = config.startPatience ?? (config.environment === "production" ? 10_000 : 0);
    this.firstSight = new FirstSight(this.broker, patience);
    health.add("services", () => this.firstSight.check());

    for (const route of routes(this, config)) this.addRoute(route);
    this.web = behindTheEdge(this);
    docsPage(this.http, config);
    this.http.otherwise((exchange) => this.take(exchange));
    this.http.onAnswered(({ duration, route }) => {
      if (!route.endsWith("/stream")) traffic.record(duration);
    });
    gauge(this.broker, "gateway.streams", "Live streams that are open", () => this.streams.size);
    lifecycle.onDrain(() => this.streams.close());
    lifecycle.onClose(() => this.clients.close());
  }

  /** The transporter is connected. */
  started(): void {
    this.firstSight.joined();
  }

  take(exchange: Exchange): Promise<void> {
    const { tracer } = nodeOf(this.broker);
    if (tracer === undefined) return this.letIn(exchange);
    return within(requestSpan(tracer, exchange), () => this.letIn(exchange));
  }

  async letIn(exchange: Exchange): Promise<void> {
    const { config, tracer } = nodeOf(this.broker);
    leaveOutPath(exchange, this.basePath);
    const client = this.front.admit(exchange);
    if (client === undefined) return;
    const trace = new Trace();
    const { signal } = unlessAnswered(exchange.response);
    const { requestId } = exchange;
    const deadline = config.requestTimeout;
    const ask = asking(this.clients, { requestId, deadline, trace, tracer, signal });
    const request: WebRequest = Object.assign(exchange.request, { exchange, client, trace, ask });
    try {
      await this.web(request, exchange);
    } catch (error) {
      trace.tell(exchange.response);
      throw error;
    }
  }

  /** moleculer-web's: hands errors to the edge, which answers all errors of a node, and logs those that want it. A
   * decorated method takes the mixin's place, another would not. */
  @Method
  errorHandler(request: WebRequest & { $next?: (error: unknown) => void }, _: ServerResponse, error: unknown): void {
    request.$next?.(error);
  }

  /** moleculer-web's hook, for the routes that want somebody signed in. @throws CodedError UNAUTHENTICATED */
  async authorize(_: Context, __: object, request: WebRequest, response: ServerResponse): Promise<void> {
    const session = await this.sessions.require(request);
    request.session = await this.sessions.renew(session, request, request.client, response);
  }

  /** For what is open by default and not in production. @throws CodedError UNAUTHENTICATED */
  async guard(request: WebRequest): Promise<void> {
    if (!this.isOpen) await this.sessions.require(request);
  }

  /** The log is told of a login that went well and of one that did not; a failure of another kind is neither. */
  async tellingOfLogin<T>(email: unknown, login: () => Promise<T>): Promise<T> {
    try {
      const answer = await login();
      await this.telling.tell({ name: "authentication", data: `valid login for ${email}` });
      return answer;
    } catch (error) {
      if (toCodedError(error).type === "INVALID_CREDENTIALS") {
        await this.telling.tell({ name: "authentication", data: `invalid login for ${email}` });
      }
      throw error;
    }
  }

  endSession(id: string): void {
    const expires = Math.ceil(Date.now() / 1000) + nodeOf(this.broker).config.sessionLifetime;
    this.sessions.ended.add(id, expires);
    this.broker
      .broadcast(sessionEnded, { id, expires })
      .catch((error: Error) => this.logger.warn(`The other gateways were not told of a sign-out: ${error.message}`));
  }
}
