import type { Middleware, ServiceBroker } from "moleculer";
import { isConnected } from "../protocols/mesh/connected.ts";
import type { Report } from "./health.ts";
import { nodeOf } from "./node-context.ts";
import type { Rate } from "./traffic.ts";

/** The Moleculer event by which each node tells what it is doing; nothing is lost with one that is lost. */
export const nodeStatsEvent = "node.stats";

export interface NodeStats extends Rate {
  readonly health: Report;
  /** Since its start. */
  readonly calls_total: number;
  /** bytes */
  readonly memory: number;
  /** s */
  readonly uptime: number;
}

/** ms */
const INTERVAL = 2_000;
/** Asking servers whether they are there costs them something: only at every so many tellings. */
const HEALTH_EVERY = 5;

/** Tells the mesh every two seconds what the node is doing. */
export const nodeStatsMiddleware = (): Middleware => {
  let timer: NodeJS.Timeout | undefined;
  return {
    name: "NodeStats",
    async started(broker) {
      const tell = teller(broker);
      timer = setInterval(() => void tell(), INTERVAL).unref();
      await tell();
    },
    async stopping() {
      clearInterval(timer);
    },
  };
};

function teller(broker: ServiceBroker): () => Promise<void> {
  const { health, traffic } = nodeOf(broker);
  let told = 0;
  let report: Report = { ready: false, checks: {} };
  return async () => {
    if (!isConnected(broker)) return;
    try {
      if (told++ % HEALTH_EVERY === 0 || !report.ready) report = await health.report();
      const stats: NodeStats = {
        ...traffic.rate(),
        health: report,
        calls_total: traffic.total,
        memory: process.memoryUsage.rss(),
        uptime: Math.round(process.uptime()),
      };
      await broker.broadcast(nodeStatsEvent, stats);
    } catch (error) {
      broker.logger.debug("The mesh was not told how this node is:", error);
    }
  };
}
