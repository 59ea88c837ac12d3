import type { Socket } from "node:net";
import type { MethodArguments, MethodName } from "../codec/method-codec.ts";
import { type Content, FrameWriter } from "../frames.ts";

/** Above this many unsent bytes a connection gets no more deliveries. */
const deliveryLimit = 1024 * 1024;
/** Above this many unsent bytes (answers nobody reads) nothing more is read from the connection. */
const replyLimit = 4 * deliveryLimit;
/** Above this many unsent bytes direct replies are dropped. */
const directLimit = 64 * deliveryLimit;

/** The way out of a connection: frames laid out during a turn of the event loop leave in one write at its end. */
export class Output {
  readonly frames: FrameWriter;
  bytesSent = 0;
  readonly #socket: Socket;
  readonly #onRelief: () => void;
  #scheduled = false;
  #wasCongested = false;

  /** @param onRelief called when a congested connection can take deliveries again */
  constructor(socket: Socket, frameMax: number, onRelief: () => void) {
    this.frames = new FrameWriter(frameMax);
    this.#socket = socket;
    this.#onRelief = onRelief;
    socket.on("drain", () => this.#relieve());
  }

  /** Whether deliveries have to wait for the peer to read. */
  get congested(): boolean {
    return this.#isAbove(deliveryLimit);
  }

  /** Whether the peer leaves even its answers unread. */
  get overflowing(): boolean {
    return this.#isAbove(replyLimit);
  }

  /** Whether so much is unread that direct replies, which no queue can keep for later, are lost. */
  get hopeless(): boolean {
    return this.#isAbove(directLimit);
  }

  send<N extends MethodName>(channel: number, name: N, values: MethodArguments<N>, content?: Content): void {
    this.frames.method(channel, name, values);
    if (content !== undefined) this.frames.content(channel, content);
    this.#schedule();
  }

  heartbeat(): void {
    this.frames.heartbeat();
    this.#schedule();
  }

  flush(): void {
    this.#scheduled = false;
    if (this.frames.pending === 0) return;
    const pieces = this.frames.take();
    if (!this.#socket.writable) return;
    if (pieces.length > 1) this.#socket.cork();
    for (const piece of pieces) {
      this.bytesSent += piece.length;
      this.#socket.write(piece);
    }
    if (pieces.length > 1) this.#socket.uncork();
    this.#relieve();
  }

  #isAbove(limit: number): boolean {
    const above = this.#unsent > limit;
    if (above) this.#wasCongested = true;
    return above;
  }

  get #unsent(): number {
    return this.frames.pending + this.#socket.writableLength;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.flush());
  }

  #relieve(): void {
    if (!this.#wasCongested || this.#unsent > deliveryLimit) return;
    this.#wasCongested = false;
    this.#onRelief();
  }
}
