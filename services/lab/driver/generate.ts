import type { ServiceBroker } from "moleculer";
import { AmqpClient } from "../../../protocols/amqp/client.ts";
import { nodesWith } from "../../../protocols/endpoints.ts";
import { GrpcClient } from "../../../protocols/grpc/client.ts";
import type { Case } from "../settings.ts";
import type { Entrant } from "./arena.ts";
import { callOptions, STREAM_DEADLINE } from "./caller.ts";
import { closedLoop, openLoop, published, streams, untilServed } from "./load.ts";
import type { Tally } from "./tally.ts";
import { usageOf } from "./usage.ts";

export interface Task {
  readonly of: Case;
  readonly params: object;
  /** ms */
  readonly duration: number;
  readonly signal: AbortSignal;
}

/** The calls of one measurement, as the case and the contender want them. @returns ms that they took */
export async function generate(entrant: Entrant, task: Task, tally: Tally): Promise<number> {
  const { of, params } = task;
  if (of.arrival === "open") {
    const ask = () => entrant.client.call(of.operation, params, callOptions());
    return await openLoop(ask, { ...task, tally, rate: of.rate ?? 1 });
  }
  const began = performance.now();
  await untilOver(entrant, task, tally);
  return performance.now() - began;
}

/** Calls that wait for one another, as many at once as the case says. */
async function untilOver(entrant: Entrant, { of, params, ...task }: Task, tally: Tally): Promise<void> {
  const { contender, client } = entrant;
  const load = { ...task, tally, concurrency: of.concurrency ?? 1 };
  if (contender.form === "stream" && client instanceof GrpcClient) {
    const stream = (each: Iterable<object>) => client.stream(of.operation, each, callOptions(STREAM_DEADLINE));
    return await streams(async (each) => Number((await stream(each)).value), params, load);
  }
  if (contender.form === "publish" && client instanceof AmqpClient) {
    const options = callOptions(STREAM_DEADLINE);
    const publish = () => client.publish(of.operation, params, options);
    const served = await servedBy(entrant.broker, of.operation, options.requestId);
    await published(publish, { ...load, limit: limitOf(of) });
    return await untilServed(served, { ...load, patience: STREAM_DEADLINE });
  }
  await closedLoop(() => client.call(of.operation, params, callOptions()), load);
}

/** What a queue may hold is less than what can be published: messages, and their bytes. */
const MAX_WAITING = 5_000;
const MAX_WAITING_BYTES = 64 << 20;
const limitOf = ({ payload = 1 }: Case): number => Math.min(MAX_WAITING, Math.ceil(MAX_WAITING_BYTES / payload));

/** @returns what tells how many calls of this request the nodes served, whatever else they do for others */
async function servedBy(broker: ServiceBroker, operation: string, requestId: string): Promise<() => Promise<number>> {
  const nodes = nodesWith(broker, operation);
  const served = async () => (await usageOf(broker, nodes, { requestId })).calls;
  await served();
  return served;
}
