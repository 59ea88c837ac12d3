import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { Socket } from "node:net";
import { CodedError } from "../../errors/index.ts";
import { SocketBytes } from "../../node/socket-bytes.ts";
import type { RestRequest } from "./request.ts";

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** ms the service itself worked, when it says so. */
  readonly took?: number;
}

/** The largest answer a service may give, bytes. */
const MAX_ANSWER = 16 << 20;
const MAX_CONNECTIONS = 64;

/** Kept connections to the services' REST ports. */
export class RestConnections {
  readonly bytes = new SocketBytes();
  readonly #agent = new WatchedAgent(this.bytes);

  /** @throws what Node's client throws */
  async exchange(
    address: string,
    asked: RestRequest,
    headers: OutgoingHttpHeaders,
    signal: AbortSignal,
  ): Promise<Reply> {
    const response = await this.#send(address, asked, headers, signal);
    const text = await textOf(response);
    const took = /;dur=([\d.]+)/.exec(String(response.headers["server-timing"]))?.[1];
    return { status: response.statusCode ?? 0, text, took: took === undefined ? undefined : Number(took) };
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    address: string,
    asked: RestRequest,
    headers: OutgoingHttpHeaders,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { method, path, body } = asked;
    return new Promise((resolve, reject) => {
      const ofBody =
        body === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
      // Beside the address: in a URL a `%2E%2E` would be the way up.
      const sent = request(address, { method, path, agent: this.#agent, headers: { ...ofBody, ...headers }, signal });
      sent.once("response", resolve);
      sent.once("error", reject);
      sent.end(body);
    });
  }
}

class WatchedAgent extends Agent {
  readonly #bytes: SocketBytes;

  constructor(bytes: SocketBytes) {
    super({ keepAlive: true, maxSockets: MAX_CONNECTIONS, maxFreeSockets: 16 });
    this.#bytes = bytes;
  }

  override createConnection(...given: Parameters<Agent["createConnection"]>): ReturnType<Agent["createConnection"]> {
    const socket = super.createConnection(...given);
    if (socket instanceof Socket) this.#bytes.watch(socket);
    return socket;
  }
}

/** @throws CodedError INTERNAL beyond MAX_ANSWER */
async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw new CodedError("INTERNAL", "the service's answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
