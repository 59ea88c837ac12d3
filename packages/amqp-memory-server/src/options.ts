import { isIP } from "node:net";
import { AmqpMemoryServerError } from "./errors.ts";

/** Everything has a default. Sizes in bytes, times in milliseconds unless the name says otherwise. */
export interface AmqpMemoryServerOptions {
  /** Address to listen on; a loopback address unless `allowRemote` is set. Default 127.0.0.1. */
  host?: string;
  /** Port to listen on; 0 takes a free one. Default 5672. */
  port?: number;
  /** User names and their passwords. Default `{ guest: "guest" }`. */
  users?: Record<string, string>;
  /** Virtual hosts that exist; every user may open each. Default `["/"]`. */
  vhosts?: string[];
  /** Heartbeat interval suggested to clients, seconds; 0 turns it off. The client decides. Default 60. */
  heartbeat?: number;
  /** Channels a connection may open. Default 2047. */
  channelMax?: number;
  /** Largest frame, 4096 at least. Default 131072. */
  frameMax?: number;
  /** Largest message body. Default 134217728 (128 MiB). */
  maxMessageSize?: number;
  /** Memory that all messages may take; publishers are held back above it (connection.blocked). Default 268435456 (256 MiB). */
  memoryLimit?: number;
  /** Connections at a time; further ones are closed at once. Default 1024. */
  maxConnections?: number;
  /** Messages a channel may hold unacknowledged; its consumers get no more until it settles some. Default 100000. */
  maxUnacked?: number;
  /** Queues, exchanges, bindings and consumers in a virtual host; each KiB of their arguments counts as one more. Default 100000. */
  maxObjects?: number;
  /** Time a new connection has to open its virtual host. Default 10000. */
  handshakeTimeout?: number;
  /** Listen beyond loopback. There is no TLS, and whoever reaches the port can fill the memory. Default false. */
  allowRemote?: boolean;
  /** Start although NODE_ENV is "production". Every message is lost when the process ends. Default false. */
  allowInProduction?: boolean;
}

export type ServerOptions = Readonly<Required<Omit<AmqpMemoryServerOptions, "allowRemote" | "allowInProduction">>>;

const defaults: ServerOptions = {
  host: "127.0.0.1",
  port: 5672,
  users: { guest: "guest" },
  vhosts: ["/"],
  heartbeat: 60,
  channelMax: 2047,
  frameMax: 131_072,
  maxMessageSize: 134_217_728,
  memoryLimit: 268_435_456,
  maxConnections: 1024,
  maxUnacked: 100_000,
  maxObjects: 100_000,
  handshakeTimeout: 10_000,
};

const ranges = {
  port: [0, 65_535],
  heartbeat: [0, 65_535],
  channelMax: [1, 65_535],
  frameMax: [4096, 0x7fff_ffff],
  maxMessageSize: [1, 0x7fff_ffff],
  memoryLimit: [1, Number.MAX_SAFE_INTEGER],
  maxConnections: [1, 1_000_000],
  maxUnacked: [1, 10_000_000],
  maxObjects: [1, 10_000_000],
  handshakeTimeout: [1, 600_000],
} as const;

/** Fills in the defaults and refuses, naming the option, what cannot be. */
export function resolveOptions(given: AmqpMemoryServerOptions): ServerOptions {
  const { allowRemote = false, allowInProduction = false, ...rest } = given;
  if (process.env.NODE_ENV === "production" && !allowInProduction) {
    throw new AmqpMemoryServerError(
      "PRODUCTION_REFUSED",
      "amqp-memory-server keeps everything in memory and is not for NODE_ENV=production; " +
        "use RabbitMQ, or set allowInProduction if you accept that every message is lost when this process ends",
    );
  }
  const known = Object.entries(rest).filter(([, value]) => value !== undefined);
  for (const [name] of known) if (!(name in defaults)) refuse(name, "there is no such option");
  const options: ServerOptions = { ...defaults, ...Object.fromEntries(known) };
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value: unknown = options[name as keyof typeof ranges];
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      refuse(
        name,
        `expected a whole number from ${least} to ${most}, got ${typeof value === "number" ? value : JSON.stringify(value)}`,
      );
    }
  }
  if (Object.keys(options.users ?? {}).length === 0) refuse("users", "expected at least one user");
  for (const [user, password] of Object.entries(options.users)) {
    if (typeof password !== "string") refuse("users", `the password of ${JSON.stringify(user)} is not a string`);
  }
  const { vhosts } = options;
  if (!Array.isArray(vhosts) || vhosts.length === 0 || vhosts.some((name) => typeof name !== "string")) {
    refuse("vhosts", "expected at least one name");
  }
  if (!allowRemote && !isLoopback(options.host)) {
    throw new AmqpMemoryServerError(
      "NOT_LOOPBACK",
      `host ${JSON.stringify(options.host)} is not a loopback address; set allowRemote to listen on it`,
    );
  }
  return options;
}

function refuse(option: string, reason: string): never {
  throw new AmqpMemoryServerError("INVALID_OPTION", `option ${option}: ${reason}`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
