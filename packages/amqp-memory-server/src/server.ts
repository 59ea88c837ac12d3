import { type AddressInfo, createServer, type Server } from "node:net";
import { Broker } from "./broker/broker.ts";
import { text } from "./codec/bytes.ts";
import { AmqpError, AmqpMemoryServerError } from "./errors.ts";
import { type AmqpMemoryServerOptions, resolveOptions, type ServerOptions } from "./options.ts";
import { Connection } from "./server/connection.ts";

/** How long stop() waits for clients to take their leave, milliseconds. */
const stopTimeout = 1000;

/** A queue as {@link AmqpMemoryServer.stats} shows it. */
export interface QueueStats {
  vhost: string;
  name: string;
  /** Messages that wait for a consumer. */
  ready: number;
  /** Messages handed out and not yet acknowledged. */
  unacked: number;
  consumers: number;
  /** Bytes of the bodies that wait. */
  readyBytes: number;
}

export interface ServerStats {
  connections: number;
  channels: number;
  exchanges: number;
  queues: QueueStats[];
  /** Messages since the start. */
  messages: {
    published: number;
    delivered: number;
    redelivered: number;
    acknowledged: number;
    confirmed: number;
    returned: number;
    refused: number;
    deadLettered: number;
  };
  /** What messages take, bytes, and whether publishers are held back. */
  memory: { used: number; limit: number; blocked: boolean };
}

/** An AMQP 0-9-1 server in memory. */
export class AmqpMemoryServer {
  readonly #options: ServerOptions;
  readonly #broker: Broker;
  readonly #listener: Server;
  readonly #connections = new Set<Connection>();
  #idle = (): void => {};

  private constructor(options: ServerOptions) {
    this.#options = options;
    this.#broker = new Broker(options);
    this.#listener = createServer((socket) => {
      const connection = new Connection(socket, this.#broker, () => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#idle();
      });
      this.#connections.add(connection);
    });
    this.#listener.maxConnections = options.maxConnections;
  }

  /** Starts a server. Throws AmqpMemoryServerError for a wrong option or a port that cannot be had. */
  static async create(options: AmqpMemoryServerOptions = {}): Promise<AmqpMemoryServer> {
    const server = new AmqpMemoryServer(resolveOptions(options));
    await server.#listen();
    return server;
  }

  get host(): string {
    return this.#options.host;
  }

  /** The port in use, also where 0 asked for a free one. */
  get port(): number {
    return (this.#listener.address() as AddressInfo | null)?.port ?? this.#options.port;
  }

  /** A connection URL for the first user and virtual host, password included. */
  get url(): string {
    const [user = "", password = ""] = Object.entries(this.#options.users)[0] ?? [];
    const [vhost = "/"] = this.#options.vhosts;
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    const path = vhost === "/" ? "" : `/${encodeURIComponent(vhost)}`;
    return `amqp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${this.port}${path}`;
  }

  /** What is there now and what was done so far. */
  stats(): ServerStats {
    const vhosts = [...this.#broker.vhosts.values()];
    const { memory, counters } = this.#broker;
    return {
      connections: this.#connections.size,
      channels: [...this.#connections].reduce((sum, { channels }) => sum + channels.size, 0),
      exchanges: vhosts.reduce((sum, { exchanges }) => sum + exchanges.size, 0),
      queues: vhosts.flatMap((vhost) =>
        [...vhost.queues.values()].map((queue) => ({
          vhost: text(vhost.name),
          name: text(queue.name),
          ready: queue.ready,
          unacked: queue.unacked,
          consumers: queue.consumers.size,
          readyBytes: queue.readyBytes,
        })),
      ),
      messages: { ...counters },
      memory: { used: memory.used, limit: memory.limit, blocked: memory.over },
    };
  }

  /** Tells every client that the server goes, gives them a second to answer, and frees the port. Messages are gone. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    const left = new Promise<void>((resolve) => {
      this.#idle = resolve;
      if (this.#connections.size === 0) resolve();
    });
    const reason = "broker forced connection closure with reason 'shutdown'";
    for (const connection of [...this.#connections]) connection.close(new AmqpError("CONNECTION_FORCED", reason));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopTimeout).unref();
    });
    await Promise.race([left, patience]);
    clearTimeout(timer);
    for (const connection of [...this.#connections]) connection.drop();
    this.#broker.clear();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      // For good: later ones (out of file descriptors) cost a client its connection, not everybody the server.
      this.#listener.on("error", (cause: NodeJS.ErrnoException) => {
        const why = cause.code === "EADDRINUSE" ? "the port is taken" : cause.message;
        reject(new AmqpMemoryServerError("LISTEN_FAILED", `cannot listen on ${host}:${port}: ${why}`, { cause }));
      });
      this.#listener.listen(port, host, resolve);
    });
  }
}
