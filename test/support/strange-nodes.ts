import { randomUUID } from "node:crypto";
import type { TestContext } from "node:test";
import { ServiceBroker } from "moleculer";
import { loadConfig } from "../../config/load.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { provideConfig } from "../../node/node-context.ts";
import type { Exposure } from "../../protocols/exposure.ts";
import type { Protocol } from "../../protocols/protocol.ts";

/** What each of the nodes offers: an operation that may be done twice, over the protocols that have addresses. */
export const operation = "logger.get";
const expose: Exposure = {
  rest: { route: "GET /logs/:id", says: "log entry" },
  jsonRpc: true,
  grpc: "logs.LogService/GetLog",
};

/** A node that only calls: its registry has these nodes, each at its address, in this order. They are what the test makes them. */
export async function callerOf(
  context: TestContext,
  protocol: Protocol,
  addresses: Readonly<Record<string, string>>,
): Promise<ServiceBroker> {
  const config = loadConfig({ NODE_ENV: "test", LOG_LEVEL: "fatal", NAMESPACE: randomUUID() }, []);
  const quiet = { transporter: "Fake" as const, disableBalancer: false, heartbeatInterval: 0 };
  const broker = new ServiceBroker({ ...brokerOptions(config, "caller"), ...quiet });
  provideConfig(broker, config);
  await broker.start();
  context.after(() => broker.stop());
  const { nodes } = broker.registry as unknown as { nodes: { processNodeInfo(info: object): void } };
  for (const [node, address] of Object.entries(addresses)) {
    nodes.processNodeInfo({
      sender: node,
      instanceID: node,
      seq: 1,
      ipList: [],
      client: {},
      metadata: { endpoints: { [protocol]: address } },
      services: [{ name: "logger", fullName: "logger", settings: {}, actions: { [operation]: action }, events: {} }],
    });
  }
  return broker;
}

const action = { name: operation, rawName: "get", params: { id: "string" }, expose };
