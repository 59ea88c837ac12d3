import { buildConnector, Pool } from "undici";
import { SocketBytes } from "../../node/socket-bytes.ts";
import { CONNECT_TIMEOUT } from "../calls.ts";
import { cancelled } from "../cancellable.ts";
import { Exchange, type Reply, type Wait } from "./exchange.ts";
import type { RestRequest } from "./request.ts";

/** To one node; what is beyond them waits for one that is free. */
const MAX_CONNECTIONS = 64;

/**
 * Kept connections to the services' REST ports, by undici: Node's own client, which `fetch` uses too, costs a third of what
 * `http.request` does.
 */
export class RestConnections {
  readonly bytes = new SocketBytes();
  readonly #pools = new Map<string, Pool>();
  readonly #connect = connector(this.bytes);

  /** @throws CodedError TIMEOUT, CANCELLED, INTERNAL for too large an answer; NotSent; what undici throws */
  exchange(address: string, asked: RestRequest, headers: Record<string, string>, wait: Wait): Promise<Reply> {
    if (wait.signal?.aborted) return Promise.reject(cancelled());
    const { method, path, body } = asked;
    return new Promise((resolve, reject) => {
      const ofBody = body === undefined ? {} : { "Content-Type": "application/json" };
      const exchange = new Exchange(wait, resolve, reject);
      this.#poolOf(address).dispatch({ method, path, body, headers: { ...ofBody, ...headers } }, exchange);
    });
  }

  /** The node there is gone: what it was asked fails at once. */
  drop(address: string): void {
    this.#end(address, new Error("the node is gone"));
  }

  close(): void {
    for (const address of this.#pools.keys()) this.#end(address, new Error("the client was closed"));
  }

  #poolOf(address: string): Pool {
    const found = this.#pools.get(address);
    if (found !== undefined) return found;
    // How long an answer may take is each exchange's affair.
    const options = { connections: MAX_CONNECTIONS, connect: this.#connect, headersTimeout: 0, bodyTimeout: 0 };
    const pool = new Pool(address, options);
    pool.on("disconnect", () => {
      if (pool.stats.connected === 0 && pool.stats.size === 0) this.#forget(address, pool);
    });
    this.#pools.set(address, pool);
    return pool;
  }

  #forget(address: string, pool: Pool): void {
    if (this.#pools.get(address) === pool) this.#pools.delete(address);
  }

  #end(address: string, why: Error): void {
    const pool = this.#pools.get(address);
    this.#pools.delete(address);
    pool?.destroy(why).catch(() => undefined); // Of whom it is destroyed for.
  }
}

/** Connects within its time, and watches what goes over the sockets. */
function connector(bytes: SocketBytes): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT });
  return (options, callback) =>
    connect(options, (...outcome) => {
      const [, socket] = outcome;
      if (socket) bytes.watch(socket); // Absent, not null, when it failed.
      callback(...outcome);
    });
}
