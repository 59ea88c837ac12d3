import { nodesWith } from "../../../protocols/endpoints.ts";
import { meshSockets } from "../../../protocols/mesh/bytes.ts";
import type { Measurement } from "../results.ts";
import type { Entrant } from "./arena.ts";
import { generate, type Task } from "./generate.ts";
import { Tally } from "./tally.ts";
import { usageOf } from "./usage.ts";

export type Figures = Omit<Measurement, "case" | "contender" | "round">;

/** ms between two ticks. */
const TICK = 500;

/** One contender, once: what it did, what it cost. @param tick told twice a second how many calls a second there were so far */
export async function measure(entrant: Entrant, task: Task, tick: (throughput: number) => void): Promise<Figures> {
  const { of } = task;
  const { client, broker, contender } = entrant;
  const { counters } = client;
  const tally = new Tally();
  const nodes = nodesWith(broker, of.operation);
  const before = { nodes: await usageOf(broker, nodes), sent: counters.sent, received: counters.received };
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const ticking = setInterval(() => tick((tally.calls * 1000) / (performance.now() - began)), TICK);
  const took = await generate(entrant, task, tally).finally(() => clearInterval(ticking));
  const seconds = took / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const { sent, received } = counters;
  const after = await usageOf(broker, nodes);
  // What failed has its part in the cost of all: then there is no telling what an answered call cost.
  const isClean = tally.calls > 0 && tally.failures === 0;
  const each = (total: number) => total / tally.calls;
  const isAtSockets = contender.protocol !== "mesh" || meshSockets(broker) !== undefined;
  const bytes = { sent: each(sent - before.sent), received: each(received - before.received) };
  const cpu = { driver: each(user + system), nodes: each(after.cpu - before.nodes.cpu) };
  return {
    calls: tally.calls,
    errors: tally.errors,
    seconds,
    throughput: tally.calls / seconds,
    latency: tally.latency,
    ...(isClean && isAtSockets ? bytes : {}),
    ...(isClean && of.arrival === "closed" ? { cpu } : {}),
  };
}
