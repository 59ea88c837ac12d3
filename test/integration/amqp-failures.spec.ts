import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "amqplib";
import { ServiceBroker } from "moleculer";
import type { AmqpClient } from "../../protocols/amqp/client.ts";
import { amqpServer } from "../../protocols/amqp/server.mixin.ts";
import { assertCancelQueue, assertRequestQueue, requestQueue } from "../../protocols/amqp/topology.ts";
import { startCaller, startWorker } from "../support/amqp-worker.ts";
import { eventually } from "../support/eventually.ts";
import { startBroker } from "../support/rabbitmq.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

let broker: Awaited<ReturnType<typeof startBroker>>;
let ends: (() => Promise<unknown>)[];
beforeEach(async () => {
  broker = await startBroker();
  ends = [];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  await broker.stop();
});

/** The message broker behind a cable that can be cut. */
async function cable(): Promise<{ url: string; proxy: TcpProxy }> {
  const url = new URL(broker.url);
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
  ends.push(() => proxy.stop());
  url.host = `127.0.0.1:${proxy.port}`;
  return { url: url.href, proxy };
}

async function caller(url = broker.url, namespace?: string): Promise<AmqpClient> {
  const { client, stop } = await startCaller(url, namespace);
  ends.push(stop);
  return client;
}

async function worker(name: string, work: Parameters<typeof startWorker>[2], url = broker.url, namespace?: string) {
  const started = await startWorker(url, name, work, namespace);
  const stop = () => started.stop();
  ends.push(stop);
  return { node: started.nodeID, stop };
}

const ask = (client: AmqpClient, n = 0, deadline = 5_000) =>
  client.call("worker.work", { n }, { deadline, requestId: "r" });
/** Asks until somebody serves. */
const served = (client: AmqpClient) => eventually(() => ask(client, -1, 500));

/** Work that does not end; its time-out does. */
const forever = () => delay(60_000, undefined, { ref: false });

/** A gate that work waits at. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test("when there are replicas, then they share the work", async () => {
  const counts = [0, 0];
  const counting = (index: number) => async () => {
    counts[index] = (counts[index] ?? 0) + 1;
  };
  const names = await Promise.all(counts.map((_, index) => worker(`w${index}`, counting(index))));
  const client = await caller();
  const nodes = new Set<string | undefined>();
  await eventually(async () => nodes.add((await ask(client)).node).size === names.length || undefined);
  counts.fill(0);
  await Promise.all(Array.from({ length: 40 }, (_, n) => ask(client, n)));
  assert.ok(Math.min(...counts) >= 15, `shared ${counts}`);
});

test("when a node dies with a request in hand, then another does it and the caller gets the answer", async () => {
  const { url, proxy } = await cable();
  const taken = gate();
  const dying = await worker(
    "dying",
    async ({ params }) => {
      if (params.n < 0) return;
      taken.open();
      await forever();
    },
    url,
  );
  const client = await caller();
  await served(client);
  const answer = ask(client, 1);
  await taken.opened;
  const other = await worker("other", async () => "done");
  await delay(200); // Time enough for an acknowledgement that came too early.
  await proxy.cut();
  const { value, node } = await answer;
  assert.equal(value, "done");
  assert.equal(node, other.node);
  assert.notEqual(node, dying.node);
});

test("when the connection is lost under a request, then it is done once and answered when the connection is back", async () => {
  const { url, proxy } = await cable();
  const [taken, finish] = [gate(), gate()];
  let done = 0;
  await worker(
    "alone",
    async ({ params }) => {
      if (params.n < 0) return;
      done++;
      taken.open();
      await finish.opened;
      return "once";
    },
    url,
  );
  const client = await caller();
  await served(client);
  const answer = ask(client, 1);
  await taken.opened;
  await proxy.cut();
  await proxy.restore();
  await delay(600);
  finish.open();
  assert.equal((await answer).value, "once");
  assert.equal(done, 1);
});

test("when the queue for the answer is full, then the request is done once, and not again for an answer that nobody takes", async () => {
  let done = 0;
  await worker("alone", async ({ params }) => {
    if (params.n === 1) done++;
  });
  await served(await caller());
  const connection = await connect(broker.url);
  ends.push(() => connection.close());
  const channel = await connection.createConfirmChannel();
  const full = { exclusive: true, arguments: { "x-max-length": 1, "x-overflow": "reject-publish" } };
  const { queue } = await channel.assertQueue("", full);
  channel.sendToQueue(queue, Buffer.from("the only one"));
  const request = { type: "worker.work", replyTo: queue, correlationId: "1" };
  channel.sendToQueue("rpc.worker", Buffer.from('{"n":1}'), request);
  await channel.waitForConfirms();
  await eventually(() => done > 0 || undefined);
  await delay(1_500); // Time enough for it to come again.
  assert.equal(done, 1);
});

test("when the caller gave up before a node was there, then nobody does it", async () => {
  const connection = await connect(broker.url);
  await assertRequestQueue(await connection.createChannel(), { name: "rpc.worker" });
  await connection.close();
  const client = await caller();
  await assert.rejects(ask(client, 7, 100), { type: "TIMEOUT" });
  const seen: number[] = [];
  await worker("late", async ({ params }) => void seen.push(params.n));
  await ask(client, 8);
  assert.deepEqual(seen, [8]);
});

test("when a caller's time is up, then what still works on it is told to stop", async () => {
  const stopped = gate();
  await worker("slow", async ({ params, options }) => {
    if (params.n < 0) return;
    options.signal?.addEventListener("abort", stopped.open);
    await forever();
  });
  const client = await caller();
  await served(client);
  const connection = await connect(broker.url);
  ends.push(() => connection.close());
  const channel = await connection.createChannel();
  const told = gate();
  await channel.consume(await assertCancelQueue(channel, "rpc.worker"), told.open);
  await assert.rejects(ask(client, 1, 100), { type: "TIMEOUT", retryable: true });
  await stopped.opened;
  await told.opened;
});

test("when a node leaves with requests in hand, then they are answered, and it takes no more", async () => {
  const [taken, finish] = [gate(), gate()];
  const seen: number[] = [];
  const leaving = await worker("leaving", async ({ params }) => {
    if (params.n < 0) return;
    seen.push(params.n);
    taken.open();
    await finish.opened;
    return "finished";
  });
  const client = await caller();
  await served(client);
  const inHand = ask(client, 1);
  await taken.opened;
  const left = leaving.stop();
  await delay(200);
  const waiting = ask(client, 2, 10_000);
  await delay(200);
  finish.open();
  assert.equal((await inHand).value, "finished");
  await left;
  await worker("next", async () => "by the next");
  assert.equal((await waiting).value, "by the next");
  assert.deepEqual(seen, [1]);
});

test("when there is no queue for the service, then the client says so at once", async () => {
  const client = await caller();
  const begun = performance.now();
  await assert.rejects(ask(client), { type: "SERVICE_UNAVAILABLE", retryable: true });
  assert.ok(performance.now() - begun < 3_000);
});

test("when the queue is full, then the client hears OVERLOADED and not silence", async () => {
  const connection = await connect(broker.url);
  const channel = await connection.createConfirmChannel();
  await assertRequestQueue(channel, { name: "rpc.worker" });
  for (let n = 0; n < 10_000; n++) channel.sendToQueue("rpc.worker", Buffer.from("{}"));
  await channel.waitForConfirms();
  await assert.rejects(ask(await caller()), { type: "OVERLOADED", retryable: true });
  await connection.close();
});

test("when the client's connection is lost, then calls fail at once, retryable, and work again when it is back", async () => {
  const { url, proxy } = await cable();
  const taken = gate();
  await worker("steady", async ({ params }) => {
    if (params.n === 1) {
      taken.open();
      await forever();
    }
    return params.n;
  });
  const client = await caller(url);
  await served(client);
  const inFlight = ask(client, 1);
  inFlight.catch(() => undefined);
  await taken.opened;
  await proxy.cut();
  await assert.rejects(inFlight, { type: "SERVICE_UNAVAILABLE", retryable: true });
  const begun = performance.now();
  await assert.rejects(ask(client, 2), { type: "SERVICE_UNAVAILABLE" });
  assert.ok(performance.now() - begun < 3_000);
  assert.equal(client.counters.inFlight, 0);
  await proxy.restore();
  assert.equal((await eventually(() => ask(client, 3))).value, 3);
});

test("when the caller does not want the answer any more, then it waits no longer", async () => {
  const taken = gate();
  await worker("slow", async ({ params }) => {
    if (params.n < 0) return;
    taken.open();
    await forever();
  });
  const client = await caller();
  await served(client);
  const abort = new AbortController();
  const call = client.call("worker.work", { n: 1 }, { deadline: 5_000, requestId: "r", signal: abort.signal });
  call.catch(() => undefined);
  await taken.opened;
  abort.abort();
  await assert.rejects(call, { type: "CANCELLED" });
  assert.equal(client.counters.inFlight, 0);
  const before = client.call("worker.work", { n: 1 }, { deadline: 5_000, requestId: "r", signal: abort.signal });
  await assert.rejects(before, { type: "CANCELLED" });
});

test("when somebody deletes the queue, then the node makes it again and goes on", async () => {
  await worker("steady", async () => "x");
  const client = await caller();
  await served(client);
  const connection = await connect(broker.url);
  await (await connection.createChannel()).deleteQueue("rpc.worker");
  assert.equal((await eventually(() => ask(client, 1, 500))).value, "x");
  await connection.close();
});

test("when a second mesh is on the same virtual host, then neither does the other's work, and its queue goes when it has gone", async () => {
  await worker("ours", async () => "ours");
  await worker("theirs", async () => "theirs", broker.url, "second");
  const [us, them] = [await caller(), await caller(broker.url, "second")];
  await Promise.all([served(us), served(them)]);
  const values = async (client: AmqpClient) =>
    (await Promise.all([1, 2, 3, 4].map((n) => ask(client, n)))).map(({ value }) => value);
  assert.deepEqual(await values(us), Array(4).fill("ours"));
  assert.deepEqual(await values(them), Array(4).fill("theirs"));

  const connection = await connect(broker.url);
  ends.push(() => connection.close());
  const declared = async (name: string, expires?: number) => {
    const channel = await connection.createChannel();
    channel.on("error", () => {}); // Told by the promise too.
    await assertRequestQueue(channel, { name, expires });
  };
  await declared("rpc.worker");
  const { name, expires } = requestQueue("second", "worker");
  assert.equal(name, "rpc.second.worker");
  await declared(name, expires);
  await assert.rejects(declared(name), /inequivalent arg 'x-expires'/);
});

test("when an exposure names a parameter that is not there, then the node does not start, and the line says which", () => {
  const node = new ServiceBroker({ logger: false });
  const actions = {
    work: { params: { event_id: "string" }, expose: { amqp: { messageId: "evnt_id" } }, handler: () => 1 },
  };
  assert.throws(
    () => node.createService({ name: "worker", mixins: [amqpServer], actions } as never),
    /worker\.work.*"evnt_id"/,
  );
});
