import type { ConfirmChannel } from "amqplib";
import { CodedError } from "../../errors/index.ts";
import { isRefusal, type Outgoing } from "../amqp/outgoing.ts";

interface Pending extends Outgoing {
  readonly resolve: () => void;
  readonly reject: (error: CodedError) => void;
}

/** Events that wait for the broker or for its confirm, and their bytes; beyond this a publisher is told OVERLOADED. */
export const MAX_PENDING = 10_000;
export const MAX_PENDING_BYTES = 64 << 20;

/** Publishes with confirms, in order. While the broker is away events wait; those unconfirmed when it left go again. */
export class Publisher {
  #channel?: ConfirmChannel;
  #waiting: Pending[] = [];
  #bytes = 0;
  readonly #unconfirmed = new Set<Pending>();

  get pending(): number {
    return this.#waiting.length + this.#unconfirmed.size;
  }

  /** Resolves when the broker has taken responsibility. */
  publish(message: Outgoing): Promise<void> {
    const size = message.content.length;
    if (this.pending >= MAX_PENDING || this.#bytes + size > MAX_PENDING_BYTES) {
      return Promise.reject(new CodedError("OVERLOADED", "too many events wait for the message broker"));
    }
    this.#bytes += size;
    const confirmed = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ ...message, resolve, reject });
      this.#send();
    });
    return confirmed.finally(() => {
      this.#bytes -= size;
    });
  }

  attach(channel: ConfirmChannel): void {
    this.#channel = channel;
    this.#send();
  }

  detach(): void {
    this.#channel = undefined;
    this.#waiting = [...this.#unconfirmed, ...this.#waiting];
    this.#unconfirmed.clear();
  }

  /** Resolves when nothing waits any more, or after `limit` ms; then what is left is refused. */
  async settle(limit: number): Promise<void> {
    const end = Date.now() + limit;
    while (this.pending > 0 && this.#channel !== undefined && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const error = new CodedError("DEPENDENCY_UNAVAILABLE", "the node stopped before the message broker confirmed");
    for (const pending of [...this.#unconfirmed, ...this.#waiting.splice(0)]) pending.reject(error);
    this.#unconfirmed.clear();
  }

  #send(): void {
    const channel = this.#channel;
    if (channel === undefined) return;
    for (const pending of this.#waiting.splice(0)) {
      this.#unconfirmed.add(pending);
      try {
        channel.publish(pending.exchange, pending.routingKey, pending.content, pending.options, (error: Error | null) =>
          this.#answered(pending, error),
        );
      } catch {
        // The channel is closing: detach() follows, and this one goes again with the others.
      }
    }
  }

  #answered(pending: Pending, error: Error | null): void {
    // A channel that closed answers for what was unconfirmed; the broker has not: it goes again after detach().
    if (error !== null && !isRefusal(error)) return;
    // After a detach the event waits to be sent again: this is no answer to that.
    if (!this.#unconfirmed.delete(pending)) return;
    if (error === null) pending.resolve();
    else pending.reject(new CodedError("OVERLOADED", "the message broker refused the event: its queue is full"));
  }
}
