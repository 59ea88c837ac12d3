import type { ServiceBroker } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import type { ProtocolClient } from "../../protocols/client.ts";
import { showCalls } from "../../protocols/metrics.ts";
import type { Protocol } from "../../protocols/protocol.ts";

/** The protocols the gateway can call the services over. */
export class Clients {
  readonly #clients: ReadonlyMap<Protocol, ProtocolClient>;

  constructor(broker: ServiceBroker, clients: readonly ProtocolClient[]) {
    this.#clients = new Map(clients.map((client) => [client.protocol, client]));
    for (const client of clients) showCalls(broker, client);
  }

  /** @throws CodedError PROTOCOL_UNAVAILABLE when nothing here speaks it */
  over(protocol: Protocol): ProtocolClient {
    const client = this.#clients.get(protocol);
    if (client === undefined) throw new CodedError("PROTOCOL_UNAVAILABLE", `${protocol} is not served here`);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}
