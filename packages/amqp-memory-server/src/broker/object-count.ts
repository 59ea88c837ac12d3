import { canonicalTable, type Table } from "../codec/fields.ts";
import { AmqpError } from "../errors.ts";

/** Counts the queues, exchanges, bindings and consumers of a virtual host against their limit. */
export class ObjectCount {
  #held = 0;
  readonly #vhost: string;
  readonly #limit: number;

  constructor(vhost: string, limit: number) {
    this.#vhost = vhost;
    this.#limit = limit;
  }

  /** One more, with these arguments. Throws RESOURCE_ERROR where the limit is reached. */
  take(args: Table): void {
    const more = weight(args);
    if (this.#held + more > this.#limit) {
      throw new AmqpError(
        "RESOURCE_ERROR",
        `vhost '${this.#vhost}' holds ${this.#held} queues, exchanges, bindings and consumers, its limit is ${this.#limit}`,
      );
    }
    this.#held += more;
  }

  give(args: Table): void {
    this.#held -= weight(args);
  }
}

/** Arguments are kept for as long as what they belong to: each further KiB of them counts as one object more. */
function weight(args: Table): number {
  return 1 + Math.floor(canonicalTable(args).length / 1024);
}
