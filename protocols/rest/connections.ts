import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { Socket } from "node:net";
import { CodedError } from "../../errors/index.ts";
import { SocketBytes } from "../../node/socket-bytes.ts";
import { msUntil } from "../calls.ts";
import { cancelled } from "../cancellable.ts";
import { NotSent } from "../replicas.ts";
import type { RestRequest } from "./request.ts";

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** ms the service itself worked, when it says so. */
  readonly took?: number;
}

/** How long somebody waits. */
interface Wait {
  /** `performance.now()` */
  readonly until: number;
  readonly signal?: AbortSignal;
}

/** The largest answer a service may give, bytes. */
const MAX_ANSWER = 16 << 20;
const MAX_CONNECTIONS = 64;
/** ms */
const CONNECT_TIMEOUT = 2_000;

/** Kept connections to the services' REST ports. */
export class RestConnections {
  readonly bytes = new SocketBytes();
  readonly #agent = new WatchedAgent(this.bytes);

  /** @throws CodedError TIMEOUT, CANCELLED, INTERNAL for too large an answer; NotSent; what Node's client throws */
  exchange(address: string, asked: RestRequest, headers: OutgoingHttpHeaders, wait: Wait): Promise<Reply> {
    const { method, path, body } = asked;
    const { until, signal } = wait;
    if (signal?.aborted) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const ofBody =
        body === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
      // Beside the address: in a URL a `%2E%2E` would be the way up.
      const sent = request(address, { method, path, agent: this.#agent, headers: { ...ofBody, ...headers } });
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", cancel);
      };
      const fail = (error: unknown): void => {
        settle();
        reject(error);
        sent.destroy();
      };
      const cancel = (): void => fail(cancelled());
      // Not by a signal: for Node's client to watch one costs more than to send the request.
      const timer = setTimeout(() => fail(late()), msUntil(until));
      signal?.addEventListener("abort", cancel, { once: true });
      sent.on("error", fail);
      sent.once("response", (response) => {
        readText(response, fail, (text) => {
          settle();
          resolve(replyOf(response, text));
        });
      });
      sent.end(body);
    });
  }

  /** The node there is gone: what it was asked fails at once. */
  drop(address: string): void {
    this.#agent.drop(new URL(address));
  }

  close(): void {
    this.#agent.destroy();
  }
}

class WatchedAgent extends Agent {
  readonly #bytes: SocketBytes;

  constructor(bytes: SocketBytes) {
    super({ keepAlive: true, maxSockets: MAX_CONNECTIONS, maxFreeSockets: MAX_CONNECTIONS });
    this.#bytes = bytes;
  }

  override createConnection(...given: Parameters<Agent["createConnection"]>): ReturnType<Agent["createConnection"]> {
    const socket = super.createConnection(...given);
    if (socket instanceof Socket) {
      this.#bytes.watch(socket);
      limitConnecting(socket);
    }
    return socket;
  }

  drop({ hostname, port }: URL): void {
    const name = this.getName({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) });
    for (const socket of [...(this.sockets[name] ?? []), ...(this.freeSockets[name] ?? [])]) {
      socket.destroy(socket.connecting ? notConnected("the node is gone") : undefined);
    }
  }
}

function limitConnecting(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(notConnected("no connection in time")), CONNECT_TIMEOUT);
  const settled = (): void => clearTimeout(timer);
  socket.once("connect", settled).once("close", settled);
}

const notConnected = (why: string): NotSent => new NotSent("not connected", { cause: new Error(why) });

function readText(response: IncomingMessage, fail: (error: unknown) => void, take: (text: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("error", fail);
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER) fail(new CodedError("INTERNAL", "the service's answer is too large"));
    else chunks.push(chunk);
  });
  response.once("end", () => take(Buffer.concat(chunks).toString("utf8")));
}

function replyOf({ statusCode = 0, headers }: IncomingMessage, text: string): Reply {
  const took = /;dur=([\d.]+)/.exec(String(headers["server-timing"]))?.[1];
  return { status: statusCode, text, took: took === undefined ? undefined : Number(took) };
}

const late = (): CodedError => new CodedError("TIMEOUT", "the operation did not answer in time");
