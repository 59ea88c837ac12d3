import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** A socket without a network: every piece fed in arrives as one chunk, and what the server writes is kept. */
export class PipeSocket extends Duplex {
  readonly written: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written.push(chunk);
    done();
  }

  setNoDelay(): this {
    return this;
  }

  /** As the type that the server expects: the part of it that the server uses is here. */
  asSocket(): Socket {
    return this as unknown as Socket;
  }
}
