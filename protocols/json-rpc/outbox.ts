import type { Socket } from "node:net";

/** Beyond so many characters it does not wait for more. */
const FULL = 65_536;

/** Puts the messages of one turn of the event loop into one write, one a line. */
export class Outbox {
  readonly #socket: Socket;
  #waiting = "";
  #scheduled = false;
  #blockedSince?: number;
  readonly #flush = (): void => {
    this.#scheduled = false;
    this.flush();
  };

  /** @param onDrain called when what was written is taken, after it was not */
  constructor(socket: Socket, onDrain: () => void) {
    this.#socket = socket;
    socket.on("drain", () => {
      if (this.#blockedSince === undefined) return;
      this.#blockedSince = undefined;
      onDrain();
    });
  }

  /** `performance.now()` since when the other side does not take what is written. */
  get blockedSince(): number | undefined {
    return this.#blockedSince;
  }

  /** What is not yet in the system's hands, bytes; of what waits for the end of the turn characters. */
  get unsent(): number {
    return this.#waiting.length + this.#socket.writableLength;
  }

  /** @param message without a line's end */
  send(message: string): void {
    this.#waiting += `${message}\n`;
    if (this.#waiting.length > FULL) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(this.#flush);
    }
  }

  flush(): void {
    if (this.#waiting === "" || !this.#socket.writable) return;
    const taken = this.#socket.write(this.#waiting);
    this.#waiting = "";
    if (!taken) this.#blockedSince ??= performance.now();
  }

  /** After what waits. */
  end(): void {
    this.flush();
    this.#socket.end();
  }
}
