import type { Config } from "../../config/load.ts";
import { actionOf } from "../../protocols/endpoints.ts";
import type { Protocol } from "../../protocols/protocol.ts";
import { readJsonObject } from "../../protocols/rest/body.ts";
import { answer, type Route } from "./answer.ts";
import { documentRoute } from "./docs/document.ts";
import type GatewayService from "./gateway.service.ts";
import { handle, logOver } from "./handle.ts";
import { labDownload } from "./lab-download.ts";
import { liveRoutes } from "./live/routes.ts";
import { resources, resourceWork } from "./resources.ts";
import { sessionRoutes } from "./session/routes.ts";
import type { WebRequest } from "./web-request.ts";

/** The original's, ms. */
const GRPC_DEADLINE = 1_000;

/**
 * The contract's routes as moleculer-web takes them: one group for anyone, one for who is signed in. Bodies are read by the
 * routes themselves, whatever their content type (the original did not ask), so that a refusal comes after CORS and in the
 * words of every other node.
 */
export function routes(gateway: GatewayService, config: Config): object[] {
  const { bodyLimit } = config;
  const paramsOf = (operation: string) => actionOf(gateway.broker, operation)?.params;
  const session = sessionRoutes(gateway, bodyLimit);
  const live = liveRoutes(gateway);

  const hit = answer(async ({ client }) => {
    await gateway.telling.tell({ name: "broker_hit", data: client.address });
    return { message: "Received request" };
  });
  const options = (request: WebRequest, limit?: number) => ({
    ask: (operation: string, params: object, via?: Protocol) => request.ask(operation, params, via, limit),
    client: request.client.address,
    guard: () => gateway.guard(request),
  });
  const logVia = (via: Protocol, limit?: number) =>
    answer(async (request) => logOver(via, await readJsonObject(request, bodyLimit), options(request, limit)));

  const anyone: Record<string, Route> = {
    "GET /": hit,
    "POST /": hit,
    "POST /handle": answer(async (request) => {
      const payload = await readJsonObject(request, bodyLimit);
      const work = () => handle(payload, options(request));
      return payload.action === "auth" ? gateway.tellingOfLogin(emailOf(payload), work) : work();
    }),
    "POST /log-rest": logVia("rest"),
    "POST /log-rpc": logVia("json-rpc"),
    "POST /log-grpc": logVia("grpc", GRPC_DEADLINE),
    "POST /log-amqp": logVia("amqp"),
    "POST /log-mesh": logVia("mesh"),
    "POST /session": answer(session.signIn),
    "GET /session": answer(session.who),
    "DELETE /session": answer(session.signOut),
  };
  /** What tells addresses of the inner network. */
  const inner: Record<string, Route> = {
    "GET /mesh": live.mesh,
    "GET /mesh/stream": live.meshStream,
    "GET /openapi.json": documentRoute(gateway),
  };
  const signedIn: Record<string, Route> = {
    "GET /logs/stream": live.logStream,
    "GET /lab/stream": live.labStream,
    "GET /lab/reports/:id/download": labDownload,
    ...Object.fromEntries(
      Object.entries(resources).map(([route, resource]) => [
        route,
        answer(resourceWork(resource, { bodyLimit, paramsOf })),
      ]),
    ),
  };

  const common = {
    path: "/",
    mappingPolicy: "restrict",
    mergeParams: false,
    bodyParsers: false,
    onBeforeCall: nameRoute,
  };
  return [
    { ...common, name: "anyone", aliases: gateway.isOpen ? { ...anyone, ...inner } : anyone },
    {
      ...common,
      name: "signed-in",
      authorization: true,
      aliases: gateway.isOpen ? signedIn : { ...signedIn, ...inner },
    },
  ];
}

const emailOf = ({ auth }: Record<string, unknown>): unknown => (auth as { email?: unknown } | null | undefined)?.email;

/** moleculer-web's hook: what the metrics call this request. */
function nameRoute(_: unknown, __: unknown, request: WebRequest, ___: unknown, alias: { fullPath: string }): void {
  request.exchange.route = alias.fullPath;
}
