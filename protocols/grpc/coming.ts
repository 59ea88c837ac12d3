import { constants, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Server } from "@grpc/grpc-js";
import { bodies } from "../../node/bodies.ts";
import { services } from "./definitions.ts";
import { Framing } from "./framing.ts";

const MAX_CONNECTIONS = 10_000;
/** How long a message that has begun may take to be there whole, ms. */
const PARTIAL = 30_000;
/** ms */
const WATCH_EVERY = 1_000;
/** What a call takes before its message came, bytes, about. */
const CALL = 16_384;

/** The rpcs whose request is one message: the library waits for its end before anybody works on it. */
const ofOne = new Set(
  [...services.values()].flatMap((rpcs) =>
    Object.values(rpcs).flatMap(({ path, requestStream }) => (requestStream ? [] : [path])),
  ),
);

/**
 * The requests of a port that are not there whole. The library bounds the size of each, and keeps it as long as its
 * connection answers; here they are bounded together, with all that the node holds, and in time. Who is given up has its
 * stream reset with ENHANCE_YOUR_CALM, which is RESOURCE_EXHAUSTED in the words of gRPC's clients.
 */
export class Coming {
  /** `performance.now()` when it began; the oldest first. */
  readonly #since = new Map<ServerHttp2Stream, number>();
  readonly #watching = setInterval(() => this.watch(performance.now()), WATCH_EVERY).unref();

  /** @param server listens already */
  constructor(server: Server) {
    for (const http2 of http2Of(server)) {
      http2.maxConnections = MAX_CONNECTIONS;
      http2.on("stream", (stream, headers) => this.#take(stream, headers));
    }
  }

  close(): void {
    clearInterval(this.#watching);
  }

  /** Looks whether one takes too long; called every now and then. */
  watch(now: number): void {
    for (const [stream, since] of this.#since) {
      if (now - since < PARTIAL) return;
      giveUp(stream);
    }
  }

  #take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const end = () => this.#end(stream);
    if (ofOne.has(String(headers[":path"]))) {
      this.#begin(stream);
      stream.on("data", (chunk: Buffer) => this.#add(stream, chunk.length));
      stream.on("end", end);
    } else this.#takeEach(stream);
    stream.on("close", end);
  }

  /** Of a stream of messages one at most is not there whole. */
  #takeEach(stream: ServerHttp2Stream): void {
    const framing = new Framing();
    let held = 0;
    stream.on("data", (chunk: Buffer) => {
      const now = framing.take(chunk);
      const isSame = held > 0 && now === held + chunk.length;
      if (held > 0 && !isSame) this.#end(stream);
      if (now > 0 && !isSame) this.#begin(stream);
      if (now > 0) this.#add(stream, isSame ? chunk.length : now);
      held = now;
    });
  }

  #begin(stream: ServerHttp2Stream): void {
    this.#since.set(stream, performance.now());
    bodies.begin(stream, () => giveUp(stream));
    bodies.add(stream, CALL);
  }

  /** What comes after the answer nobody keeps. */
  #add(stream: ServerHttp2Stream, bytes: number): void {
    if (!stream.writableEnded) bodies.add(stream, bytes);
  }

  #end(stream: ServerHttp2Stream): void {
    if (this.#since.delete(stream)) bodies.release(stream);
  }
}

const giveUp = (stream: ServerHttp2Stream): void => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);

/** The library shows nobody a request before it is whole, and keeps the servers that do to itself. */
const http2Of = (server: Server): Iterable<Http2Server> =>
  (server as unknown as { http2Servers: Map<Http2Server, unknown> }).http2Servers.keys();
