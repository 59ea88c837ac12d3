import { randomUUID } from "node:crypto";
import { ServiceBroker } from "moleculer";
import { loadConfig } from "../../../config/load.ts";
import { DrainableAmqpTransporter } from "../../../protocols/mesh/amqp.transporter.ts";
import { MeshClient } from "../../../protocols/mesh/client.ts";
import { type EchoParams, echoed } from "../../../services/lab/echo.ts";
import { adapter } from "../adapter.ts";
import { DEADLINE, type Pair, params, requestId } from "../way.ts";

/** broker.call between two brokers with nothing but the same transporter and time-out. */
export const mesh: Pair = {
  adapter: adapter((broker) => new MeshClient(broker)),
  bare: {
    async serve() {
      const broker = plainBroker();
      broker.createService({ name: "plain", actions: { echo: { handler: echoed } } });
      await broker.start();
      // Else the queue of the action is there a second later.
      await broker.registry.discoverer.sendLocalNodeInfo();
      return "plain.echo";
    },
    async connect(action) {
      const broker = plainBroker();
      await broker.start();
      await broker.waitForServices("plain", DEADLINE, 20);
      return () => broker.call<EchoParams, EchoParams>(action, params, { requestID: requestId() });
    },
  },
};

export function plainBroker(): ServiceBroker {
  const { rabbitUrl, namespace } = loadConfig();
  return new ServiceBroker({
    namespace,
    nodeID: `plain-${randomUUID()}`,
    logger: false,
    transporter: new DrainableAmqpTransporter(rabbitUrl, DEADLINE),
    disableBalancer: true,
    requestTimeout: DEADLINE,
  });
}
