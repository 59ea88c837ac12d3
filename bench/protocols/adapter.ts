import type { ServiceBroker, ServiceSchema } from "moleculer";
import { loadConfig } from "../../config/load.ts";
import { httpMixin } from "../../mixins/http.mixin.ts";
import { amqpServer } from "../../protocols/amqp/server.mixin.ts";
import type { ProtocolClient } from "../../protocols/client.ts";
import { grpcServer } from "../../protocols/grpc/server.mixin.ts";
import { jsonRpcServer } from "../../protocols/json-rpc/server.mixin.ts";
import { restServer } from "../../protocols/rest/server.mixin.ts";
import { joinMesh } from "../../services/lab/driver/member.ts";
import { echo, echoed } from "../../services/lab/echo.ts";
import { DEADLINE, type Params, params, requestId, type Way } from "./way.ts";

/** The lab's no-op on a node as every other is. */
const lab: ServiceSchema = { name: "lab", actions: { echo: { ...echo, handler: echoed } } };
const protocols: ServiceSchema["mixins"] = [
  httpMixin("labPort"),
  restServer,
  jsonRpcServer("labJsonRpcPort"),
  grpcServer("labGrpcPort"),
  amqpServer,
];

/** The same no-op without a protocol before it. */
export async function nodesAction(): Promise<(params: Params, requestId: string) => Promise<unknown>> {
  const broker = await joinMesh(loadConfig(), "server", lab);
  const action = broker.getLocalService("lab").actions.echo;
  return async (params, requestID) => action?.(params, { requestID, timeout: DEADLINE });
}

/** @param clientOf one of ours, as the gateway has it */
export const adapter = (clientOf: (broker: ServiceBroker) => ProtocolClient): Way => ({
  async serve() {
    await joinMesh(loadConfig(), "server", { ...lab, mixins: protocols });
    return "found in the registry";
  },
  async connect() {
    const broker = await joinMesh(loadConfig(), "client");
    const client = clientOf(broker);
    await broker.waitForServices("lab", DEADLINE, 20);
    return () => client.call("lab.echo", params, { deadline: DEADLINE, requestId: requestId() });
  },
});
