import type { TestContext } from "node:test";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { type Environment, loadConfig } from "../../config/load.ts";
import { CodedError } from "../../errors/index.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { nodeOf, provideConfig } from "../../node/node-context.ts";
import type { CallOptions } from "../../protocols/client.ts";
import { GrpcClient } from "../../protocols/grpc/client.ts";
import { grpcServer } from "../../protocols/grpc/server.mixin.ts";
import { anyPort } from "./any-port.ts";
import { logClient } from "./grpc.ts";

export interface GrpcNode {
  readonly broker: ServiceBroker;
  readonly address: string;
  readonly log: ReturnType<typeof logClient>;
  readonly client: GrpcClient;
  /** In the order of a node that is told to end. */
  stop(): Promise<void>;
}

/** A node with one service on a gRPC port, in no mesh. */
export async function startGrpc(
  context: TestContext,
  actions: ServiceSchema["actions"],
  more: Environment = {},
): Promise<GrpcNode> {
  const config = loadConfig({ NODE_ENV: "test", LOG_LEVEL: "fatal", ...anyPort, ...more });
  const broker = new ServiceBroker({
    ...brokerOptions(config, "test"),
    transporter: undefined,
    disableBalancer: false,
  });
  provideConfig(broker, config);
  broker.createService({ name: "logger", mixins: [grpcServer("loggerGrpcPort")], actions } as ServiceSchema);
  await broker.start();
  const { endpoints } = broker.metadata as { endpoints: { grpc: string } };
  const address = new URL(endpoints.grpc).host;
  const log = logClient(address);
  const client = new GrpcClient(broker);
  const stop = async () => {
    await nodeOf(broker).lifecycle.drain(broker.logger);
    await broker.stop();
  };
  context.after(async () => {
    log.close();
    await client.close();
    await stop();
  });
  return { broker, address, log, client, stop };
}

export const call = (deadline = 2_000, requestId = "id-1"): CallOptions => ({ deadline, requestId });
export const isCoded =
  (type: string, message?: RegExp) =>
  (error: unknown): boolean =>
    error instanceof CodedError && error.type === type && (message === undefined || message.test(error.message));
