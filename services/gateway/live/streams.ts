import type { ServerResponse } from "node:http";
import { CodedError } from "../../../errors/index.ts";
import { EventStream, type StreamOptions } from "./stream.ts";

/** Of all streams one client may have so many: a browser opens no more than six connections to a host. */
const MAX_PER_CLIENT = 20;

export interface Listener extends StreamOptions {
  readonly channel: string;
  /** The client's address. */
  readonly client: string;
  readonly session?: string;
}

interface Open {
  readonly stream: EventStream;
  readonly listener: Listener;
}

/** All live streams of a gateway. */
export class Streams {
  readonly #limit: number;
  readonly #open = new Set<Open>();
  #closed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#open.size;
  }

  listeners(channel: string): number {
    return this.#of(channel).length;
  }

  /** @throws CodedError OVERLOADED, TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE while the node leaves */
  open(response: ServerResponse, listener: Listener): EventStream {
    if (this.#closed) throw new CodedError("SERVICE_UNAVAILABLE", "this node is shutting down, connect again");
    if (this.#open.size >= this.#limit) throw new CodedError("OVERLOADED", "too many live streams are open");
    if (this.#find((other) => other.client === listener.client).length >= MAX_PER_CLIENT) {
      throw new CodedError("TOO_MANY_REQUESTS", "this client has too many live streams open");
    }
    const open = { stream: new EventStream(response, listener), listener };
    this.#open.add(open);
    response.once("close", () => this.#open.delete(open));
    return open.stream;
  }

  publish(channel: string, text: string): void {
    for (const { stream } of this.#of(channel)) stream.write(text);
  }

  endSession(session: string): void {
    for (const { stream } of this.#find((listener) => listener.session === session)) stream.end("signed out");
  }

  close(): void {
    this.#closed = true;
    for (const { stream } of this.#open) stream.end("the node is shutting down");
  }

  #of(channel: string): Open[] {
    return this.#find((listener) => listener.channel === channel);
  }

  #find(isMeant: (listener: Listener) => boolean): Open[] {
    return [...this.#open].filter(({ listener }) => isMeant(listener));
  }
}
