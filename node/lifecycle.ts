import { setTimeout as delay } from "node:timers/promises";
import type { Logger, Middleware, Service, ServiceBroker } from "moleculer";
import { nodeOf } from "./node-context.ts";

type Step = () => Promise<unknown> | unknown;

/** How long a node in production keeps out of the mesh for a server that it has not reached yet, ms; other replicas serve meanwhile. */
export const REACH_PATIENCE = 30_000;

/**
 * What a node opens before it joins the mesh, and lets go of when it leaves:
 * open (ports, connections) - reach (the servers that calls want, for a while) - serve - drain (take no new work, finish and settle what is in hand) - leave the mesh - close.
 * Opening comes before the mesh so that `/ping` answers while the transporter is away.
 */
export class Lifecycle {
  readonly #open: Step[] = [];
  readonly #reach: Step[] = [];
  readonly #serve: Step[] = [];
  readonly #drain: Step[] = [];
  readonly #close: Step[] = [];
  readonly #patience: number;
  #opened: () => void = () => {};
  #drained?: Promise<void>;

  /** @param patience how long the node waits for what it must reach, ms */
  constructor(patience = 0) {
    this.#patience = patience;
  }

  onOpen(step: Step): void {
    this.#open.push(step);
  }
  /** Called when all of that is open. */
  onOpened(tell: () => void): void {
    this.#opened = tell;
  }
  /** Resolves when a server that calls want was reached; a node that is called before refuses what another replica could do. */
  onReach(step: Step): void {
    this.#reach.push(step);
  }
  /** Takes work that replicas share, outside of the mesh. */
  onServe(step: Step): void {
    this.#serve.push(step);
  }
  onDrain(step: Step): void {
    this.#drain.push(step);
  }
  onClose(step: Step): void {
    this.#close.push(step);
  }

  async open(): Promise<void> {
    await Promise.all(this.#open.map((step) => step()));
    this.#opened();
    const timer = new AbortController();
    const late = delay(this.#patience, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#reach.map((step) => step())), late]);
    timer.abort();
    if (this.#drained !== undefined) return;
    await Promise.all(this.#serve.map((step) => step()));
  }
  drain(logger: Logger): Promise<void> {
    this.#drained ??= settle(this.#drain, logger);
    return this.#drained;
  }
  close(logger: Logger): Promise<void> {
    return settle(this.#close, logger);
  }
}

/** One step's failure does not keep the others from being tried. */
async function settle(steps: readonly Step[], logger: Logger): Promise<void> {
  const results = await Promise.allSettled(steps.map(async (step) => step()));
  for (const result of results) {
    if (result.status === "rejected") logger.error("Shutting down:", result.reason);
  }
}

const logger = (broker: ServiceBroker) => broker.getLogger("lifecycle");

export const lifecycleMiddleware: Middleware = {
  name: "Lifecycle",
  // Ports are open before services start; Moleculer makes the list of calls in hand only then.
  serviceCreated(service: Service & { _trackedContexts?: unknown[] }) {
    service._trackedContexts ??= [];
  },
  starting: (broker) => nodeOf(broker).lifecycle.open(),
  stopping: (broker) => nodeOf(broker).lifecycle.drain(logger(broker)),
  stopped: (broker) => nodeOf(broker).lifecycle.close(logger(broker)),
};
