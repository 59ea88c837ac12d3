import type { ServiceBroker } from "moleculer";
import { actionOf } from "../../protocols/endpoints.ts";
import { operations } from "./operations.ts";

/** What `POST /handle` asks for. */
const wanted = Object.values(operations).map(({ operation }) => operation);

/**
 * Who has just joined the mesh knows nobody there, and others that lost it come back seconds later: a gateway that got requests
 * at once would answer 503. It is not ready until it has seen the services, or for so long. After that it stays so: without
 * them it says what is missing.
 */
export class FirstSight {
  readonly #broker: ServiceBroker;
  readonly #patience: number;
  #joined = Number.POSITIVE_INFINITY;
  #over = false;

  /** @param patience ms */
  constructor(broker: ServiceBroker, patience: number) {
    this.#broker = broker;
    this.#patience = patience;
  }

  joined(): void {
    this.#joined = performance.now();
  }

  /** @throws Error that names who is not there yet */
  check(): void {
    if (this.#over) return;
    const missing = wanted.filter((operation) => actionOf(this.#broker, operation) === undefined);
    this.#over = missing.length === 0 || performance.now() - this.#joined >= this.#patience;
    if (!this.#over) throw new Error(`not seen in the mesh yet: ${missing.join(", ")}`);
  }
}
