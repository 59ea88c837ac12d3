import type { ActionSchema, Service } from "moleculer";
import { ConfigError } from "../../config/load.ts";
import { defineMixin } from "../../mixins/define.ts";
import { gauge } from "../../node/metrics.ts";
import { nodeOf } from "../../node/node-context.ts";
import { publishEndpoint, withdrawEndpoint } from "../endpoints.ts";
import { AmqpServer, type ServedOperation } from "./server.ts";
import { requestQueue } from "./topology.ts";

/**
 * Serves over AMQP the actions that say so (`expose: { amqp: ... }`), each under its full name, from the service's
 * `requestQueue`. Calls them inside the node, not through the mesh.
 */
export const amqpServer = defineMixin({
  created() {
    const { config, lifecycle } = nodeOf(this.broker);
    const queue = requestQueue(config.namespace, this.name);
    const server = new AmqpServer({
      url: config.rabbitUrl,
      name: `${this.name} requests`,
      queue,
      node: this.broker.nodeID,
      bodyLimit: config.bodyLimit,
      requestTimeout: config.requestTimeout,
      operations: operationsOf(this),
      logger: this.logger,
    });
    gauge(this.broker, "amqp.in_hand", "Requests taken over AMQP and not yet answered", () => server.inHand);
    lifecycle.onServe(async () => {
      await server.open();
      publishEndpoint(this.broker, "amqp", queue.name);
    });
    lifecycle.onDrain(async () => {
      await withdrawEndpoint(this.broker, "amqp");
      await server.drain();
    });
    lifecycle.onClose(() => server.close());
  },
});

/** @throws ConfigError when an exposure names a parameter that the action does not have */
function operationsOf(service: Service): Map<string, ServedOperation> {
  const operations = new Map<string, ServedOperation>();
  for (const [name, action] of Object.entries(service.schema.actions ?? {})) {
    if (typeof action !== "object" || action.expose?.amqp === undefined) continue;
    const operation = `${service.name}.${name}`;
    const call = service.actions[name] as ServedOperation["call"];
    operations.set(operation, { call, idParameter: idParameterOf(operation, action) });
  }
  return operations;
}

function idParameterOf(operation: string, { expose, params }: ActionSchema): string | undefined {
  const amqp = expose?.amqp;
  if (amqp === undefined || amqp === true) return undefined;
  const { messageId } = amqp;
  if (params !== undefined && Object.hasOwn(params, messageId)) return messageId;
  throw new ConfigError([`${operation}: expose.amqp takes the message's id as "${messageId}", which is no parameter`]);
}
