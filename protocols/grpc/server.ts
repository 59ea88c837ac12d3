import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { logVerbosity, Server, type ServerCredentials, setLogVerbosity, type UntypedHandleCall } from "@grpc/grpc-js";
import type { ServiceDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { service as healthService } from "grpc-health-check";
import type { HealthChecks } from "../../node/health.ts";
import { Coming } from "./coming.ts";
import { definitions, services } from "./definitions.ts";
import { Health } from "./health.ts";

// What it says on standard error by itself is in the error it throws too; GRPC_VERBOSITY asks for it all the same.
if (!process.env.GRPC_VERBOSITY) setLogVerbosity(logVerbosity.NONE);

/** Requests of one connection that are worked on at once; what comes beyond waits at the caller. */
const MAX_STREAMS = 1_000;
/** An idle connection is asked whether it is still there, ms; without an answer within the second time it is closed. */
const KEEPALIVE = 30_000;
const KEEPALIVE_TIMEOUT = 10_000;

interface Options {
  readonly host: string;
  readonly port: number;
  readonly credentials: ServerCredentials;
  /** The largest request, bytes. */
  readonly bodyLimit: number;
  readonly checks: HealthChecks;
  /** By service and method. An rpc without one is answered UNIMPLEMENTED. */
  readonly handlers: ReadonlyMap<string, Readonly<Record<string, UntypedHandleCall>>>;
}

/** One gRPC port: its services, their health, and reflection for who has no .proto. */
export class GrpcServer {
  readonly #options: Options;
  readonly #server: Server;
  readonly #health: Health;
  #coming?: Coming;
  port = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#server = new Server({
      "grpc.max_receive_message_length": options.bodyLimit,
      "grpc.max_concurrent_streams": MAX_STREAMS,
      "grpc.keepalive_time_ms": KEEPALIVE,
      "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT,
      // Nobody asks for it, and it costs a tenth of what a call does.
      "grpc.enable_channelz": 0,
    });
    const names = [...options.handlers.keys()];
    for (const [name, handlers] of options.handlers) {
      const service = services.get(name);
      if (service !== undefined) this.#server.addService(answeredInBytes(service), handlers);
    }
    this.#health = new Health(options.checks, names);
    this.#server.addService(healthService, this.#health.handlers);
    new ReflectionService(definitions, { services: [...names, "grpc.health.v1.Health"] }).addToServer(this.#server);
  }

  /** @throws what opening the port threw, with its `code` */
  async listen(): Promise<void> {
    const { host, port, credentials } = this.#options;
    const bind = promisify(this.#server.bindAsync.bind(this.#server));
    try {
      this.port = await bind(this.#at(port), credentials);
      this.#coming = new Coming(this.#server);
    } catch (error) {
      throw Object.assign(error as Error, codeIn(error as Error), { port, address: host });
    }
  }

  /** Takes no new call, finishes those in hand; breaks off what is left after `limit` ms. */
  async drain(limit: number): Promise<void> {
    this.#health.leave();
    // Before tryShutdown(), after which it finds nothing left to close. forceShutdown() of version 1.14 knows no connections
    // without channelz.
    if (this.port !== 0) this.#server.drain(this.#at(this.port), limit);
    const timer = new AbortController();
    const late = delay(limit, undefined, { signal: timer.signal, ref: false }).catch(() => undefined);
    const ended = promisify(this.#server.tryShutdown.bind(this.#server))();
    ended.catch(() => undefined);
    await Promise.race([ended, late]);
    timer.abort();
    this.#coming?.close();
  }

  #at(port: number): string {
    const { host } = this.#options;
    return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  }
}

/** Who serves an rpc makes the bytes of its answer, and so sees how many they are. */
const answeredInBytes = (service: ServiceDefinition): ServiceDefinition =>
  Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      { ...method, responseSerialize: (bytes) => bytes as Buffer },
    ]),
  );

/** The library puts the system's code into the text only. */
const codeIn = ({ message }: Error): { code?: string } => {
  const code = /\b(EADDRINUSE|EACCES|EADDRNOTAVAIL)\b/.exec(message)?.[1];
  return code === undefined ? {} : { code };
};
