import type { ServiceBroker } from "moleculer";
import { gatewayPath } from "../../../config/neighbours.ts";
import { sendJson } from "../../../mixins/http-edge.ts";
import { nodeOf } from "../../../node/node-context.ts";
import { actionOf, endpointsOf, operationsOf } from "../../../protocols/endpoints.ts";
import { type Described, describe, openApi, type Server } from "../../../protocols/rest/openapi.ts";
import type { Route } from "../answer.ts";
import type GatewayService from "../gateway.service.ts";
import { cookieName } from "../session/cookie.ts";
import { ownOperations } from "./own-operations.ts";

/** `GET /openapi.json`: the gateway's own operations, and those of every service that is in the mesh at the moment. */
export const documentRoute =
  ({ broker, isOpen }: GatewayService): Route =>
  (_, response) => {
    const gateway: Server = { url: gatewayPath(nodeOf(broker).config) || "/", description: "the gateway" };
    const own = ownOperations({ isOpen, actionOf: (operation) => actionOf(broker, operation) });
    const all = merge(gateway, own, servicesOperations(broker));
    sendJson(response, 200, openApi("Sixfold", all, { servers: [gateway], securitySchemes }));
  };

const securitySchemes = {
  cookie: { type: "apiKey", in: "cookie", name: cookieName, description: "POST /session sets it" },
  bearer: { type: "http", scheme: "bearer", description: "The same token" },
};

/** Where the gateway has the same route as the service behind it, it is one operation at two places. */
function merge(gateway: Server, own: readonly Described[], others: readonly Described[]): Described[] {
  const place = ({ route: { method, path } }: Described) => `${method} ${path}`;
  const merged = new Map(own.map((one) => [place(one), one]));
  for (const one of others) {
    const there = merged.get(place(one));
    const { tags, servers = [] } = one;
    const both = there && { ...there, tags: [...there.tags, ...tags], servers: [gateway, ...servers] };
    merged.set(place(one), both ?? one);
  }
  return [...merged.values()];
}

const servicesOperations = (broker: ServiceBroker): Described[] =>
  operationsOf(broker).flatMap((operation) => {
    const endpoints = endpointsOf(broker, "rest", operation) ?? [];
    const servers = endpoints.map(({ address, node }) => ({
      url: address,
      description: `${node}, on the inner network`,
    }));
    return describe(operation, actionOf(broker, operation) ?? {}).map((one) => ({ ...one, servers }));
  });
