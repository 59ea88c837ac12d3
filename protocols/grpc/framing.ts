/** One byte that says whether it is compressed, and four of its length stand before each message. */
const HEAD = 5;

/** Where the messages of a stream end, however it was cut. */
export class Framing {
  /** Of the message that is not there whole, with what stands before it, bytes. */
  #held = 0;
  #length = 0;

  /** @returns what is there of a message that is not there whole, bytes; 0 between two */
  take(chunk: Buffer): number {
    for (let at = 0; at < chunk.length; ) {
      if (this.#held < HEAD) {
        const byte = chunk[at++] ?? 0;
        this.#length = this.#held++ === 0 ? 0 : this.#length * 256 + byte;
      } else {
        const taken = Math.min(chunk.length - at, HEAD + this.#length - this.#held);
        this.#held += taken;
        at += taken;
      }
      if (this.#held === HEAD + this.#length && this.#held >= HEAD) this.#held = 0;
    }
    return this.#held;
  }
}
