import type { Logger, Middleware, Service, ServiceBroker } from "moleculer";
import { nodeOf } from "./node-context.ts";

type Step = () => Promise<unknown> | unknown;

/**
 * What a node opens before it joins the mesh, and lets go of when it leaves:
 * open (ports, connections) - drain (take no new work, finish and settle what is in hand) - leave the mesh - close.
 * Opening comes before the mesh so that `/ping` answers while the transporter is away.
 */
export class Lifecycle {
  readonly #open: Step[] = [];
  readonly #drain: Step[] = [];
  readonly #close: Step[] = [];
  #opened: () => void = () => {};
  #drained?: Promise<void>;

  onOpen(step: Step): void {
    this.#open.push(step);
  }
  /** Called when all of that is open. */
  onOpened(tell: () => void): void {
    this.#opened = tell;
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
