import { METRIC, type ServiceBroker } from "moleculer";
import type { Bytes } from "../../node/socket-bytes.ts";
import { DrainableAmqpTransporter } from "./amqp.transporter.ts";

/**
 * All that a node says to the mesh and hears of it, heartbeats and events too: the bytes of the AMQP transporter's socket;
 * of another transporter, whose sockets are its own affair, those of the packets it carries.
 */
export class MeshBytes implements Bytes {
  readonly #broker: ServiceBroker;

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
  }

  get sent(): number {
    return this.#socket?.sent ?? this.#packets(METRIC.MOLECULER_TRANSPORTER_PACKETS_SENT_BYTES);
  }

  get received(): number {
    return this.#socket?.received ?? this.#packets(METRIC.MOLECULER_TRANSPORTER_PACKETS_RECEIVED_BYTES);
  }

  get #socket(): Bytes | undefined {
    const transporter = this.#broker.transit?.tx;
    return transporter instanceof DrainableAmqpTransporter ? transporter.bytes : undefined;
  }

  #packets(name: string): number {
    const metric = this.#broker.metrics.getMetric(name) as { get(): { value: number } | null } | null;
    return metric?.get()?.value ?? 0;
  }
}
