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
import { DEADLINE, params, requestId, type Way } from "./way.ts";

/** The lab's no-op with all it is exposed as, on a node as every other is. */
const lab: ServiceSchema = {
  name: "lab",
  mixins: [httpMixin("labPort"), restServer, jsonRpcServer("labJsonRpcPort"), grpcServer("labGrpcPort"), amqpServer],
  actions: { echo: { ...echo, handler: echoed } },
};

/** @param clientOf one of ours, as the gateway has it */
export const adapter = (clientOf: (broker: ServiceBroker) => ProtocolClient): Way => ({
  async serve() {
    await joinMesh(loadConfig(), "server", lab);
    return "found in the registry";
  },
  async connect() {
    const broker = await joinMesh(loadConfig(), "client");
    const client = clientOf(broker);
    await broker.waitForServices("lab", DEADLINE, 20);
    return () => client.call("lab.echo", params, { deadline: DEADLINE, requestId: requestId() });
  },
});
