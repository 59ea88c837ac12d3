import type { IncomingMessage, ServerResponse } from "node:http";
import { type Context, Service as MoleculerService, type ServiceSettingSchema } from "moleculer";
import { Action, Service } from "moleculer-decorators";
import ApiGateway from "moleculer-web";
import { type CodedError, toCodedError } from "../../errors/index.ts";
import type { Event } from "../../mixins/event-queue/event.ts";
import { eventQueueMixin, type WithEvents } from "../../mixins/event-queue.mixin.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { refuse } from "../../mixins/http-edge.ts";
import { nodeOf } from "../../node/node-context.ts";
import { protocols } from "../../protocols/client.ts";
import { MeshClient } from "../../protocols/mesh/client.ts";
import { behindTheEdge } from "./behind-the-edge.ts";
import { Clients } from "./clients.ts";
import { type Handled, handle, type Payload } from "./handle.ts";
import { routes } from "./routes.ts";

/** moleculer-web as a middleware of the node's own port, with this system's errors. */
const webSettings: ServiceSettingSchema & Record<string, unknown> = {
  server: false,
  logRequest: null,
  logResponse: null,
  logRouteRegistration: null,
  // What it refuses by itself (no such route, malformed body, rate limit) looks like every other error.
  onError(this: GatewayService, request: IncomingMessage, response: ServerResponse, error: unknown) {
    this.refuse(request, response, error);
  },
};

/** The single entry point; the course's Broker Service. */
@Service({
  name: "gateway",
  mixins: [httpMixin("gatewayPort"), eventQueueMixin(), ApiGateway],
  settings: webSettings,
})
export default class GatewayService extends MoleculerService implements WithHttp, WithEvents {
  declare http: WithHttp["http"];
  declare eventQueue: WithEvents["eventQueue"];
  declare clients: Clients;
  declare addRoute: (route: object) => void;

  created(): void {
    const { config, lifecycle } = nodeOf(this.broker);
    this.clients = new Clients([new MeshClient(this.broker)]);
    for (const route of routes(this, config)) this.addRoute(route);
    this.http.otherwise(behindTheEdge(this));
    lifecycle.onClose(() => this.clients.close());
  }

  async received(client: string): Promise<{ message: string }> {
    this.emit({ name: "broker_hit", data: client });
    return { message: "Received request" };
  }

  /** The action below inside this node: validated, counted, and not sent round through the queue. */
  serve(params: object, requestID: string): Promise<Handled> {
    const { handle } = this.actions as Record<"handle", (params: object, options: object) => Promise<Handled>>;
    return handle(params, { requestID });
  }

  /** What a client is not told, the log is. */
  refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const coded = toCodedError(error);
    if (coded.code >= 500) this.logger.error(`${request.method} ${request.url}: ${coded.type}`, coded.cause ?? "");
    refuse(request, response, coded);
  }

  @Action({
    visibility: "private",
    params: { action: { type: "string", max: 64 }, via: { type: "enum", values: [...protocols], optional: true } },
  })
  async handle(ctx: Context<Payload>): Promise<Handled> {
    const { requestTimeout } = nodeOf(this.broker).config;
    const { params } = ctx;
    try {
      const handled = await handle(params, this.clients, {
        deadline: requestTimeout,
        requestId: ctx.requestID ?? ctx.id,
      });
      this.tellOfLogin(params, "valid");
      return handled;
    } catch (error) {
      const coded = toCodedError(error);
      if (coded.type === "INVALID_CREDENTIALS") this.tellOfLogin(params, "invalid");
      throw coded;
    }
  }

  tellOfLogin({ action, auth }: Payload, outcome: "valid" | "invalid"): void {
    if (action !== "auth") return;
    this.emit({ name: "authentication", data: `${outcome} login for ${(auth as { email: string }).email}` });
  }

  /** An answer does not wait for its event; one that cannot be kept is told in the log. */
  emit(event: Event): void {
    this.eventQueue
      .publish(event)
      .catch((error: CodedError) => this.logger.warn(`Event ${event.name} is lost: ${error.message}`));
  }
}
