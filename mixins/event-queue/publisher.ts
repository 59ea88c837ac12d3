import type { ConfirmChannel } from "amqplib";
import { CodedError } from "../../errors/index.ts";
import type { Outgoing } from "./event.ts";

interface Pending extends Outgoing {
  readonly resolve: () => void;
  readonly reject: (error: CodedError) => void;
}

/** Events that wait for the broker or for its confirm; beyond this a publisher is told OVERLOADED. */
export const MAX_PENDING = 10_000;

/** Publishes with confirms, in order. While the broker is away events wait; those unconfirmed when it left go again. */
export class Publisher {
  #channel?: ConfirmChannel;
  #waiting: Pending[] = [];
  readonly #unconfirmed = new Set<Pending>();

  get pending(): number {
    return this.#waiting.length + this.#unconfirmed.size;
  }

  /** Resolves when the broker has taken responsibility. */
  publish(message: Outgoing): Promise<void> {
    if (this.pending >= MAX_PENDING) {
      return Promise.reject(new CodedError("OVERLOADED", "too many events wait for the message broker"));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...message, resolve, reject });
      this.#send();
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
      channel.publish(pending.exchange, pending.routingKey, pending.content, pending.options, (error) => {
        // After a detach the event waits to be sent again: this is no answer to that.
        if (!this.#unconfirmed.delete(pending)) return;
        if (error) pending.reject(new CodedError("DEPENDENCY_UNAVAILABLE", "the message broker refused the event"));
        else pending.resolve();
      });
    }
  }
}
