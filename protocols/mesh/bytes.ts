import { METRIC, type ServiceBroker } from "moleculer";
import { type Bytes, SocketBytes } from "../../node/socket-bytes.ts";

/** The bytes of the transporter's sockets; undefined where they are its own affair, as Redis's are. */
export function meshSockets({ transit }: ServiceBroker): Bytes | undefined {
  const { bytes } = (transit?.tx ?? {}) as { bytes?: unknown };
  return bytes instanceof SocketBytes ? bytes : undefined;
}

/**
 * All that a node says to the mesh and hears of it, heartbeats and events too: the bytes of its transporter's sockets, else
 * those of the packets that it carries.
 */
export class MeshBytes implements Bytes {
  readonly #broker: ServiceBroker;

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
  }

  get sent(): number {
    return meshSockets(this.#broker)?.sent ?? this.#packets(METRIC.MOLECULER_TRANSPORTER_PACKETS_SENT_BYTES);
  }

  get received(): number {
    return meshSockets(this.#broker)?.received ?? this.#packets(METRIC.MOLECULER_TRANSPORTER_PACKETS_RECEIVED_BYTES);
  }

  #packets(name: string): number {
    const metric = this.#broker.metrics.getMetric(name) as { get(): { value: number } | null } | null;
    return metric?.get()?.value ?? 0;
  }
}
