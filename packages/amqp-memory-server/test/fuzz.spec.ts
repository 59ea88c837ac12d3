/**
 * Thousands of broken and hostile clients, each made from a seed. FUZZ_SEED and FUZZ_SESSIONS choose others, and a
 * failure names the seeds that were under way: `FUZZ_SEED=<one> FUZZ_SESSIONS=1` plays one again.
 */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { raw } from "../src/codec/bytes.ts";
import { AmqpMemoryServer } from "../src/index.ts";
import { Bystander } from "./support/bystander.ts";
import { type FuzzedSession, fuzzedSession } from "./support/fuzz/sessions.ts";
import { watchTimers } from "./support/timers.ts";
import { until } from "./support/until.ts";
import { WireClient } from "./support/wire-client.ts";

const sessions = Number(process.env.FUZZ_SESSIONS ?? 10_000);
const firstSeed = Number(process.env.FUZZ_SEED ?? 1);
const atOnce = 50;

/** Plays a session; resolves when the connection is over, however it ended. */
async function play({ stream, abrupt }: FuzzedSession, port: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.on("connect", () => {
      if (abrupt) socket.write(stream, () => socket.resetAndDestroy());
      else socket.end(stream);
    });
    socket.resume();
  });
}

/** Runs all seeds, some at a time; what is thrown meanwhile is reported with the seeds that were under way. */
async function playAll(port: number): Promise<Map<string, number>> {
  const kinds = new Map<string, number>();
  const underWay = new Set<number>();
  let seed = firstSeed;
  let fault: unknown;
  const onFault = (error: unknown): void => {
    fault ??= new Error(`with the seeds ${[...underWay].join(" ")} under way`, { cause: error });
  };
  // A fault of the server's own is answered with 541, and told by a warning.
  const events = ["uncaughtException", "unhandledRejection", "warning"] as const;
  for (const event of events) process.prependListener(event as "warning", onFault);
  try {
    const worker = async (): Promise<void> => {
      while (seed < firstSeed + sessions && fault === undefined) {
        const own = seed++;
        underWay.add(own);
        const session = fuzzedSession(own);
        kinds.set(session.kind, (kinds.get(session.kind) ?? 0) + 1);
        await play(session, port);
        underWay.delete(own);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    for (const event of events) process.off(event, onFault);
  }
  if (fault !== undefined) throw fault;
  return kinds;
}

/** Names that are no UTF-8, of which the sessions make some, are not shown as they are. */
const isShown = ({ name }: { name: string }): boolean => !name.includes("\ufffd");

/** Deletes the queues that the sessions have left, by name. */
async function sweep(server: AmqpMemoryServer): Promise<void> {
  const sweeper = await WireClient.open(server.port);
  for (const { name } of server.stats().queues.filter(isShown)) {
    sweeper.send("queue.delete", { queue: raw(name), ifUnused: false, ifEmpty: false, nowait: false });
    await sweeper.next("queue.delete-ok");
  }
  await sweeper.close();
}

describe(`${sessions} fuzzed sessions`, () => {
  it("crash nothing, leave nothing behind and disturb no other connection", async (t) => {
    const timers = watchTimers();
    t.after(() => timers.restore());
    const server = await AmqpMemoryServer.create({ port: 0, handshakeTimeout: 5000 });
    t.after(() => server.stop());
    const bystander = await Bystander.start(server.port);

    const kinds = await playAll(server.port);
    await until("the server letting go of every session", () => server.stats().connections === 1);
    const { channels, memory, messages } = server.stats();
    assert.equal(channels, 1);
    assert.equal(memory.blocked, false);
    for (const [kind, count] of kinds) t.diagnostic(`${kind}: ${count}`);
    t.diagnostic(`${messages.published} messages published, ${messages.delivered} delivered meanwhile`);

    t.diagnostic(`${bystander.rounds} rounds of the bystander`);
    await bystander.stop();
    assert(bystander.rounds > sessions / 100, `the bystander came to ${bystander.rounds} rounds only`);

    await sweep(server);
    await until("the last connection gone", () => server.stats().connections === 0);
    const left = server.stats();
    assert.deepEqual(left.queues.filter(isShown), []);
    assert.equal(left.channels, 0);
    if (left.queues.every(({ ready }) => ready === 0)) assert.equal(left.memory.used, 0);
    assert(left.queues.every(({ unacked, consumers }) => unacked === 0 && consumers === 0));
    await server.stop();
    assert.equal(timers.running(), 0, "timers are still running");
  });
});
