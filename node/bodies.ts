import { CodedError } from "../errors/index.ts";

/** Bytes of requests that a node holds at once, whatever they come over. */
const MAX_HELD = 64 << 20;

/**
 * The bodies of one node's requests, bounded together: each is bounded by BODY_LIMIT, but a client may send many and
 * finish none. When there is no room the one that has been coming longest is given up, so that who is slow on purpose
 * keeps nobody else out. Over HTTP those count until they are answered; over JSON-RPC's port and gRPC, where what is
 * worked on is bounded by number, until they are there whole.
 */
export class Bodies {
  readonly #most: number;
  #held = 0;
  readonly #sizes = new Map<object, number>();
  /** Those not there whole, the oldest first, with what tells who reads them. */
  readonly #coming = new Map<object, (why: CodedError) => void>();

  constructor(most = MAX_HELD) {
    this.#most = most;
  }

  /** @param giveUp called when there is no room for it any more; what came of it may be forgotten */
  begin(request: object, giveUp: (why: CodedError) => void): void {
    this.#coming.set(request, giveUp);
  }

  /** So much more of it came. */
  add(request: object, bytes: number): void {
    this.#held += bytes;
    this.#sizes.set(request, (this.#sizes.get(request) ?? 0) + bytes);
    while (this.#held > this.#most) {
      // Of those that are worked on none can be given up: then it is the newcomer.
      const [oldest = request] = this.#coming.keys();
      const giveUp = this.#coming.get(oldest);
      this.release(oldest);
      giveUp?.(new CodedError("OVERLOADED", "the node holds too many requests, try again later"));
      if (oldest === request) return;
    }
  }

  /** It is there whole, or nobody reads on. */
  end(request: object): void {
    this.#coming.delete(request);
  }

  /** Nobody needs it any more. */
  release(request: object): void {
    this.#coming.delete(request);
    this.#held -= this.#sizes.get(request) ?? 0;
    this.#sizes.delete(request);
  }
}

/** Of this process, which is a node. */
export const bodies = new Bodies();
