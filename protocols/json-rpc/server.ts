import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type Bytes, SocketBytes } from "../../node/socket-bytes.ts";
import { Connection, type ConnectionLimits } from "./connection.ts";
import type { Responder } from "./responder.ts";

export const defaultLimits: Omit<ConnectionLimits, "message"> = {
  inHand: 1_000,
  partial: 30_000,
  idle: 600_000,
  unread: 30_000,
};
const MAX_CONNECTIONS = 10_000;
/** ms */
const WATCH_EVERY = 500;

interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly responder: Responder;
  readonly limits: ConnectionLimits;
}

/** JSON-RPC over TCP: values one a line or back to back, answers one a line. */
export class JsonRpcServer {
  readonly #options: ServerOptions;
  readonly #server: Server;
  readonly #connections = new Map<Socket, Connection>();
  #watching?: NodeJS.Timeout;
  readonly #bytes = new SocketBytes();

  constructor(options: ServerOptions) {
    this.#options = options;
    // A client may close its side and still read the answers, as `nc` does.
    const connected = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
    this.#server = createServer(connected, (socket) => this.#connect(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get inHand(): number {
    return [...this.#connections.values()].reduce((sum, { inHand }) => sum + inHand, 0);
  }

  /** At the sockets, of all connections there were. */
  get bytes(): Bytes {
    return this.#bytes;
  }

  listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off("error", reject);
        this.#watching = setInterval(() => this.#watch(), WATCH_EVERY).unref();
        resolve();
      });
    });
  }

  /** Takes no new connection, answers what is in hand, resolves when the last client is gone. */
  async drain(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections.values()) connection.leave();
    await closed;
    clearInterval(this.#watching);
  }

  /** Whatever is still open. */
  close(): void {
    clearInterval(this.#watching);
    this.#server.close();
    this.destroyConnections();
  }

  /** Whatever is in hand; the clients may come again. */
  destroyConnections(): void {
    for (const connection of this.#connections.values()) connection.destroy();
  }

  #connect(socket: Socket): void {
    const { responder, limits } = this.#options;
    this.#connections.set(socket, new Connection(socket, responder, limits));
    this.#bytes.watch(socket);
    socket.once("close", () => this.#connections.delete(socket));
  }

  #watch(): void {
    const now = performance.now();
    for (const connection of this.#connections.values()) connection.watch(now);
  }
}
