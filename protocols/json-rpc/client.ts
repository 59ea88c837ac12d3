import type { ServiceBroker } from "moleculer";
import { nodeOf } from "../../node/node-context.ts";
import { SocketBytes } from "../../node/socket-bytes.ts";
import { Calls, type Hold, msUntil } from "../calls.ts";
import type { Answer, CallOptions, ProtocolClient } from "../client.ts";
import { addressesOf, onGone } from "../endpoints.ts";
import { Replicas } from "../replicas.ts";
import { checkBodySize } from "../request-body.ts";
import { ClientConnection } from "./client-connection.ts";
import { request } from "./message.ts";

/**
 * Calls the services' JSON-RPC ports: one kept connection to a node, calls pipelined, replicas in turn. A node that cannot
 * be reached, that leaves or is silent is passed over; what may have been sent is sent again only as `Replicas.ask` says.
 */
export class JsonRpcClient implements ProtocolClient {
  readonly protocol = "json-rpc";
  readonly #bytes = new SocketBytes();
  readonly counters = new Calls(this.#bytes);
  readonly #broker: ServiceBroker;
  readonly #connections = new Map<string, ClientConnection>();
  /** Those that were replaced and have answers to come. */
  readonly #retired = new Set<ClientConnection>();
  readonly #bodyLimit: number;
  readonly #replicas: Replicas;
  readonly #unwatch: () => void;
  #id = 0;
  readonly #prune = (): void => {
    const there = addressesOf(this.#broker, "json-rpc");
    for (const [address, connection] of this.#connections) {
      if (!there.has(address)) this.#retire(address, connection);
    }
  };

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
    this.#replicas = new Replicas(broker, "json-rpc");
    this.#bodyLimit = nodeOf(broker).config.bodyLimit;
    broker.localBus.on("$node.updated", this.#prune);
    // Its answers will not come: who waits for them hears so now, and not when the time is up.
    this.#unwatch = onGone(broker, "json-rpc", (address) => {
      for (const connection of this.#all()) {
        if (connection.address === address) connection.destroy("the node that had the request is gone");
      }
    });
  }

  /** An abort ends the wait and, by a notification, the work. */
  call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    return this.counters.run((hold) => this.#call(operation, params, options, hold), params);
  }

  async close(): Promise<void> {
    this.#replicas.close();
    this.#broker.localBus.off("$node.updated", this.#prune);
    this.#unwatch();
    for (const connection of this.#all()) connection.destroy("the client was closed");
  }

  #all(): ClientConnection[] {
    return [...this.#connections.values(), ...this.#retired];
  }

  #call(operation: string, params: object, options: CallOptions, hold: Hold): Promise<Answer> {
    const { deadline, requestId, traceparent, signal } = options;
    const id = ++this.#id;
    const until = performance.now() + deadline;
    return this.#replicas.ask(operation, params, ({ address, node }) => {
      const message = request(id, operation, params, { requestId, traceparent, deadline: msUntil(until) });
      const size = Buffer.byteLength(message);
      checkBodySize(size, this.#bodyLimit);
      hold(size);
      return this.#connectionTo(address, node).call(id, message, until, signal);
    });
  }

  #connectionTo(address: string, node: string): ClientConnection {
    const kept = this.#connections.get(address);
    if (kept?.isUsable && kept.node === node) return kept;
    if (kept !== undefined) this.#retire(address, kept);
    const connection = new ClientConnection(address, node, this.#bytes, () => {
      if (this.#connections.get(address) === connection) this.#connections.delete(address);
      this.#retired.delete(connection);
    });
    this.#connections.set(address, connection);
    return connection;
  }

  /** Nothing more goes over it; what was asked may still be answered. */
  #retire(address: string, connection: ClientConnection): void {
    this.#connections.delete(address);
    this.#retired.add(connection);
    connection.retire();
  }
}
