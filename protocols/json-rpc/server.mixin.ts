import type { Config } from "../../config/load.ts";
import { tellFailure } from "../../errors/index.ts";
import { defineMixin } from "../../mixins/define.ts";
import { advertisedHost } from "../../mixins/http/advertise.ts";
import type { WithHttp } from "../../mixins/http.mixin.ts";
import { gauge, total } from "../../node/metrics.ts";
import { nodeOf } from "../../node/node-context.ts";
import { publishEndpoint, withdrawEndpoint } from "../endpoints.ts";
import { httpRoute } from "./http.ts";
import { Methods } from "./methods.ts";
import { Responder } from "./responder.ts";
import { defaultLimits, JsonRpcServer } from "./server.ts";

/** What a service with this mixin has. */
export interface WithJsonRpc {
  jsonRpc: JsonRpcServer;
}

type PortKey = Extract<keyof Config, `${string}JsonRpcPort`>;

/**
 * Serves over JSON-RPC the actions that say so (`expose: { jsonRpc: ... }`), over TCP on a port of its own and over HTTP at
 * `POST /rpc`. Calls them inside the node, not through the mesh. Needs `httpMixin`.
 */
export const jsonRpcServer = (port: PortKey) =>
  defineMixin<WithHttp & WithJsonRpc>({
    created() {
      const { config, lifecycle } = nodeOf(this.broker);
      const { host, bodyLimit } = config;
      const responder = new Responder({
        methods: new Methods(this),
        node: this.broker.nodeID,
        requestTimeout: config.requestTimeout,
        onError: (error, method) => tellFailure(this.logger, `JSON-RPC ${JSON.stringify(method.slice(0, 100))}`, error),
      });
      const server = new JsonRpcServer({
        host,
        port: config[port],
        responder,
        limits: { ...defaultLimits, message: bodyLimit },
      });
      this.jsonRpc = server;
      this.http.route("POST /rpc", httpRoute(responder, bodyLimit));

      const { broker } = this;
      gauge(broker, "jsonrpc.connections", "JSON-RPC connections that are open", () => server.connections);
      gauge(broker, "jsonrpc.in_hand", "JSON-RPC calls taken over TCP and not yet answered", () => server.inHand);
      total(broker, "jsonrpc.calls", "JSON-RPC calls since the start", () => responder.counters.calls);
      total(
        broker,
        "jsonrpc.errors",
        "JSON-RPC calls and messages answered with an error",
        () => responder.counters.errors,
      );
      total(broker, "jsonrpc.bytes.received", "Bytes that came over JSON-RPC's port", () => server.bytes.received);
      total(broker, "jsonrpc.bytes.sent", "Bytes that went over JSON-RPC's port", () => server.bytes.sent);

      lifecycle.onOpen(async () => {
        await server.listen();
        publishEndpoint(broker, "json-rpc", `tcp://${advertisedHost(config)}:${server.port}`);
        this.logger.info(`JSON-RPC on tcp://${host}:${server.port}`);
      });
      lifecycle.onDrain(async () => {
        await withdrawEndpoint(broker, "json-rpc");
        await server.drain();
      });
      lifecycle.onClose(() => server.close());
    },
  });
