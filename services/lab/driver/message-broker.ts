import type { ServiceBroker } from "moleculer";

interface AmqpTransporter {
  readonly connection?: {
    readonly connection?: { readonly serverProperties?: { readonly product?: string; readonly version?: string } };
  };
}

/** Which AMQP server carries the mesh, as it tells itself: such as `RabbitMQ 3.10.8`. */
export function messageBrokerOf(broker: ServiceBroker): string {
  const transporter = broker.transit?.tx as AmqpTransporter | undefined;
  const { product, version } = transporter?.connection?.connection?.serverProperties ?? {};
  return product === undefined ? "none" : `${product} ${version}`;
}
