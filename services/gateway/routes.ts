import type { Config } from "../../config/load.ts";
import type { Protocol } from "../../protocols/client.ts";
import { answer } from "./answer.ts";
import type GatewayService from "./gateway.service.ts";

/** The contract's routes as moleculer-web takes them. Its body parser reads any content type: the original did not ask. */
export function routes(gateway: GatewayService, config: Config): object[] {
  const logOver = (via: Protocol) => answer(gateway, (request, id) => gateway.serve({ ...request.$params, via }, id));
  return [
    {
      path: "/",
      mappingPolicy: "restrict",
      cors: {
        origin: config.allowedOrigins.includes("*") ? "*" : [...config.allowedOrigins],
        methods: ["GET", "POST", "DELETE", "OPTIONS"],
        allowedHeaders: ["Content-Type", "Authorization", "X-Request-Id"],
        exposedHeaders: ["X-Request-Id", "X-Via", "X-Node", "Server-Timing"],
        credentials: !config.allowedOrigins.includes("*"),
        maxAge: 600,
      },
      rateLimit: { window: 60_000, limit: config.rateLimit, headers: true, key: clientAddress },
      bodyParsers: { json: { type: () => true, limit: config.bodyLimit } },
      aliases: {
        "GET /": answer(gateway, (request) => gateway.received(clientAddress(request))),
        "POST /": answer(gateway, (request) => gateway.received(clientAddress(request))),
        "POST /handle": answer(gateway, (request, id) => gateway.serve(request.$params, id)),
        "POST /log-rest": logOver("rest"),
        "POST /log-rpc": logOver("json-rpc"),
        "POST /log-grpc": logOver("grpc"),
        "POST /log-amqp": logOver("amqp"),
        "POST /log-mesh": logOver("mesh"),
      },
    },
  ];
}

const clientAddress = (request: { socket: { remoteAddress?: string } }): string =>
  request.socket.remoteAddress ?? "unknown";
