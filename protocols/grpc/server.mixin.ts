import type { UntypedHandleCall } from "@grpc/grpc-js";
import type { ActionSchema, CallingOptions, Service } from "moleculer";
import { type Config, ConfigError } from "../../config/load.ts";
import { type CodedError, tellFailure } from "../../errors/index.ts";
import { defineMixin } from "../../mixins/define.ts";
import { advertisedHost } from "../../mixins/http/advertise.ts";
import { nodeOf } from "../../node/node-context.ts";
import { publishEndpoint, withdrawEndpoint } from "../endpoints.ts";
import type { Exposure } from "../exposure.ts";
import { serverCredentials } from "./credentials.ts";
import { handlerOf, type Served } from "./handlers.ts";
import type { Edge } from "./in-hand.ts";
import { type Mapping, mappingsOf } from "./mapping.ts";
import { GrpcServer } from "./server.ts";

type PortKey = Extract<keyof Config, `${string}GrpcPort`>;

/**
 * Serves over gRPC the actions that say so (`expose: { grpc: ... }`), on a port of the service's own. Calls them inside the
 * node, not through the mesh. An rpc that is in no .proto, or that two actions want, stops the node.
 */
export const grpcServer = (port: PortKey) =>
  defineMixin<object>({
    created() {
      const { config, health, lifecycle } = nodeOf(this.broker);
      const draining = new AbortController();
      const edge: Edge = {
        node: this.broker.nodeID,
        requestTimeout: config.requestTimeout,
        draining: draining.signal,
        onError: (error, rpc) => tellFailure(this.logger, `gRPC ${rpc}`, error),
      };
      const server = new GrpcServer({
        host: config.host,
        port: config[port],
        credentials: serverCredentials(config),
        bodyLimit: config.bodyLimit,
        checks: health,
        handlers: handlersOf(servedBy(this), edge),
      });
      lifecycle.onOpen(async () => {
        await server.listen();
        const scheme = config.grpcTls === "off" ? "grpc" : "grpcs";
        publishEndpoint(this.broker, "grpc", `${scheme}://${advertisedHost(config)}:${server.port}`);
        this.logger.info(`gRPC on ${scheme}://${config.host}:${server.port}`);
      });
      lifecycle.onDrain(async () => {
        draining.abort();
        await withdrawEndpoint(this.broker, "grpc");
        await server.drain(config.shutdownTimeout * 0.8);
      });
    },
  });

/** @throws ConfigError that names what is in no .proto, or the two actions that want one rpc */
function servedBy(service: Service): Map<string, Served> {
  const served = new Map<string, Served & { action: string }>();
  for (const [name, schema] of Object.entries(service.schema.actions ?? {})) {
    const { expose = {} } = typeof schema === "object" ? (schema as ActionSchema) : {};
    const action = `${service.name}.${name}`;
    for (const mapping of mappings(action, expose)) {
      const other = served.get(mapping.rpc)?.action;
      if (other !== undefined) {
        throw new ConfigError([`${action}: expose.grpc: ${mapping.rpc} is ${other}'s already`]);
      }
      const act = async (params: object, options: CallingOptions): Promise<unknown> =>
        service.actions[name]?.(params, options);
      served.set(mapping.rpc, { mapping, act, action });
    }
  }
  return served;
}

/** What a client cannot use of another node's is a node's own mistake at its start. */
function mappings(action: string, exposure: Exposure): Mapping[] {
  try {
    return mappingsOf(action, exposure);
  } catch (error) {
    throw new ConfigError([(error as CodedError).message]);
  }
}

function handlersOf(served: ReadonlyMap<string, Served>, edge: Edge): Map<string, Record<string, UntypedHandleCall>> {
  const handlers = new Map<string, Record<string, UntypedHandleCall>>();
  for (const one of served.values()) {
    const { service, method } = one.mapping.of;
    handlers.set(service, { ...handlers.get(service), [method]: handlerOf(one, edge) });
  }
  return handlers;
}
