import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { Transporters } from "moleculer";
import { SocketBytes } from "../../node/socket-bytes.ts";

/** Moleculer's TCP transporter, with its sockets counted: a node writes on those that it opened, and reads from the others. */
export class CountedTcpTransporter extends Transporters.TCP {
  declare reader: EventEmitter;
  declare writer: { readonly sockets: ReadonlyMap<string, Socket> };
  readonly bytes = new SocketBytes();

  override startTcpServer(): Promise<void> {
    const started = super.startTcpServer();
    this.reader.on("connect", (socket: Socket) => this.bytes.watch(socket));
    return started;
  }

  /** The first that goes over each connection it opens. */
  override sendHello(nodeID: string): Promise<void> {
    const socket = this.writer.sockets.get(nodeID);
    if (socket !== undefined) this.bytes.watch(socket);
    return super.sendHello(nodeID);
  }
}

/** What is read here of the client of the package nats. */
interface NatsClient {
  readonly info?: { readonly version: string };
  readonly protocol: { readonly transport: { readonly socket: Socket } };
  status(): AsyncIterable<{ readonly type: string }>;
}

/** Moleculer's NATS transporter, with its socket counted, which is another after each reconnect. */
export class CountedNatsTransporter extends Transporters.NATS {
  declare client: NatsClient | null;
  readonly bytes = new SocketBytes();

  /** Of the server, such as `2.9.10`; undefined before it is connected. */
  get serverVersion(): string | undefined {
    return this.client?.info?.version;
  }

  override onConnected(wasReconnect?: boolean): ReturnType<Transporters.NATS["onConnected"]> {
    if (this.client !== null) void this.#count(this.client);
    return super.onConnected(wasReconnect);
  }

  /** Ends when the client is closed. */
  async #count(client: NatsClient): Promise<void> {
    this.bytes.watch(client.protocol.transport.socket);
    for await (const { type } of client.status()) {
      if (type === "reconnect") this.bytes.watch(client.protocol.transport.socket);
    }
  }
}
