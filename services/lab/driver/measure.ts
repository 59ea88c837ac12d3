import type { ServiceBroker } from "moleculer";
import type { Usage } from "../../../node/usage.ts";
import { nodesWith } from "../../../protocols/endpoints.ts";
import { GrpcClient } from "../../../protocols/grpc/client.ts";
import type { Measurement } from "../results.ts";
import type { Case } from "../settings.ts";
import type { Entrant } from "./arena.ts";
import { callOptions, STREAM_DEADLINE } from "./caller.ts";
import { closedLoop, openLoop, streams } from "./load.ts";
import { Tally } from "./tally.ts";

interface Task {
  readonly of: Case;
  readonly params: object;
  /** ms */
  readonly duration: number;
  readonly signal: AbortSignal;
  /** Told twice a second how many calls a second there were so far. */
  readonly tick: (throughput: number) => void;
}

export type Figures = Omit<Measurement, "case" | "contender" | "round">;

/** ms between two ticks. */
const TICK = 500;

/** One contender, once: what it did, what it cost. */
export async function measure(entrant: Entrant, task: Task): Promise<Figures> {
  const { of, tick } = task;
  const { client, broker } = entrant;
  const tally = new Tally();
  const nodes = nodesWith(broker, of.operation);
  const before = { nodes: await usageOf(broker, nodes), cpu: process.cpuUsage(), bytes: bytesOf(client) };
  const began = performance.now();
  const ticking = setInterval(() => tick((tally.calls * 1000) / (performance.now() - began)), TICK);
  try {
    await generate(entrant, task, tally);
  } finally {
    clearInterval(ticking);
  }
  const seconds = (performance.now() - began) / 1000;
  const cpu = process.cpuUsage(before.cpu);
  const bytes = bytesOf(client);
  const after = await usageOf(broker, nodes);
  const each = (total: number) => (tally.calls === 0 ? 0 : total / tally.calls);
  return {
    calls: tally.calls,
    errors: tally.errors,
    seconds,
    throughput: tally.calls / seconds,
    latency: tally.latency,
    sent: each(bytes.sent - before.bytes.sent),
    received: each(bytes.received - before.bytes.received),
    ...(of.arrival === "open"
      ? {}
      : { cpu: { driver: each(cpu.user + cpu.system), nodes: each(after.cpu - before.nodes.cpu) } }),
  };
}

function generate({ contender, client }: Entrant, { of, params, ...task }: Task, tally: Tally): Promise<void> {
  const ask = () => client.call(of.operation, params, callOptions());
  const load = { ...task, tally, concurrency: of.concurrency ?? 1 };
  if (of.arrival === "open") return openLoop(ask, { ...load, rate: of.rate ?? 1 });
  if (contender.form === "stream" && client instanceof GrpcClient) {
    const stream = async (each: Iterable<object>) =>
      Number((await client.stream(of.operation, each, callOptions(STREAM_DEADLINE))).value);
    return streams(stream, params, load);
  }
  return closedLoop(ask, load);
}

/** Of all these nodes together. */
async function usageOf(broker: ServiceBroker, nodes: readonly string[]): Promise<Usage> {
  const usages = await Promise.all(nodes.map((nodeID) => broker.call<Usage, object>("$node.usage", {}, { nodeID })));
  return {
    cpu: usages.reduce((total, { cpu }) => total + cpu, 0),
    calls: usages.reduce((total, { calls }) => total + calls, 0),
  };
}

const bytesOf = ({ counters }: Entrant["client"]): { sent: number; received: number } => {
  const { sent = 0, received = 0 } = counters as { sent?: number; received?: number };
  return { sent, received };
};
