import type { Socket } from "node:net";

export interface Bytes {
  readonly sent: number;
  readonly received: number;
}

/** Counts the bytes of sockets, also of those that are closed. */
export class SocketBytes implements Bytes {
  readonly #open = new Set<Socket>();
  #sent = 0;
  #received = 0;

  watch(socket: Socket): void {
    this.#open.add(socket);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#sent += socket.bytesWritten;
      this.#received += socket.bytesRead;
    });
  }

  get sent(): number {
    return [...this.#open].reduce((sum, { bytesWritten }) => sum + bytesWritten, this.#sent);
  }

  get received(): number {
    return [...this.#open].reduce((sum, { bytesRead }) => sum + bytesRead, this.#received);
  }
}
