import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import amqplib from "amqplib";
import { type BrokerOptions, type Context, Errors, ServiceBroker } from "moleculer";
import { AmqpMemoryServer } from "../../src/index.ts";
import { eventually, freePort, MiB, type RunningTarget, targets, unique } from "./targets.ts";

interface Mesh {
  readonly caller: ServiceBroker;
  readonly workers: readonly [ServiceBroker, ServiceBroker];
  /** Events as "node event payload". */
  readonly events: string[];
  readonly namespace: string;
}

/** Queues go by themselves, so that a shared RabbitMQ forgets them. */
const queueLife = 10_000;

function node(nodeID: string, namespace: string, url: string, disableBalancer: boolean): ServiceBroker {
  // Its types leave prefetch and socketOptions out.
  const options = {
    url,
    prefetch: 200,
    socketOptions: { noDelay: true },
    queueOptions: { expires: queueLife },
  };
  const transporter = { type: "AMQP", options } as unknown as BrokerOptions["transporter"];
  return new ServiceBroker({
    namespace,
    nodeID,
    transporter,
    disableBalancer,
    logger: false,
    requestTimeout: 5000,
    // None during a test: one that is sent while its node stops is an error nobody catches.
    heartbeatInterval: 600,
    heartbeatTimeout: 1200,
    skipProcessEventRegistration: true,
  });
}

async function startMesh(url: string, disableBalancer: boolean): Promise<Mesh> {
  const namespace = unique("moleculer");
  const events: string[] = [];
  const worker = (nodeID: string): ServiceBroker => {
    const broker = node(nodeID, namespace, url, disableBalancer);
    broker.createService({
      name: "math",
      actions: {
        add: (context: Context<{ a: number; b: number }>) => ({ sum: context.params.a + context.params.b, nodeID }),
        size: (context: Context<{ text: string }>) => context.params.text.length,
        fail: () => {
          throw new Errors.ValidationError("no such number", "NO_NUMBER", { number: 7 });
        },
      },
      events: {
        "order.made": (context: Context<{ id: number }>) => void events.push(`${nodeID} ${context.params.id}`),
      },
    });
    return broker;
  };
  const caller = node("caller", namespace, url, disableBalancer);
  const workers = [worker("one"), worker("two")] as const;
  await Promise.all([caller, ...workers].map((broker) => broker.start()));
  await caller.waitForServices("math", 5000);
  await eventually("the caller knows both workers", () => knownNodes(caller) === 3);
  if (disableBalancer) await sharedQueue(url, namespace);
  return { caller, workers, events, namespace };
}

/** A worker says what it offers before it consumes it: a request that comes between would find no queue. */
async function sharedQueue(url: string, namespace: string): Promise<void> {
  const connection = await amqplib.connect(url);
  const channel = await connection.createChannel();
  for (let consumers = 0; consumers < 2; ) {
    const options = { expires: queueLife };
    ({ consumerCount: consumers } = await channel.assertQueue(`MOL-${namespace}.REQB.math.add`, options));
    await delay(10);
  }
  await connection.close();
}

async function stopMesh({ caller, workers }: Mesh): Promise<void> {
  for (const broker of [...workers, caller]) await broker.stop();
}

function knownNodes(broker: ServiceBroker): number {
  return broker.registry.getNodeList({ onlyAvailable: true, withServices: false }).length;
}

/** Moleculer's exchanges are durable and stay: a shared RabbitMQ is left without them. */
async function deleteExchanges(url: string, namespace: string): Promise<void> {
  const connection = await amqplib.connect(url);
  const channel = await connection.createChannel();
  for (const packet of ["DISCOVER", "INFO", "DISCONNECT", "HEARTBEAT", "PING"]) {
    await channel.deleteExchange(`MOL-${namespace}.${packet}`);
  }
  await connection.close();
}

async function callTwenty(caller: ServiceBroker): Promise<Record<string, number>> {
  const calls: Record<string, number> = {};
  for (let a = 0; a < 20; a++) {
    const { sum, nodeID } = await caller.call<{ sum: number; nodeID: string }, object>("math.add", { a, b: 1 });
    assert.equal(sum, a + 1);
    calls[nodeID] = (calls[nodeID] ?? 0) + 1;
  }
  return calls;
}

for (const disableBalancer of [false, true]) {
  const mode = disableBalancer ? "balanced by the queue" : "with its own balancer";

  for (const target of targets) {
    describe(`Moleculer's AMQP transporter, ${mode}, with ${target.name}`, () => {
      let server: RunningTarget;
      let mesh: Mesh;
      before(async () => {
        server = await target.start();
        mesh = await startMesh(server.url, disableBalancer);
      });
      after(async () => {
        await stopMesh(mesh);
        await deleteExchanges(server.url, mesh.namespace);
        await server.stop();
      });

      it("shares calls out evenly", async () => {
        assert.deepEqual(await callTwenty(mesh.caller), { one: 10, two: 10 });
      });

      it("answers hundreds of calls in flight, each with its own answer", async () => {
        const calls = Array.from({ length: 500 }, (_, a) =>
          mesh.caller.call<{ sum: number }, object>("math.add", { a, b: 1 }),
        );
        assert.deepEqual(
          (await Promise.all(calls)).map(({ sum }) => sum),
          Array.from({ length: 500 }, (_, a) => a + 1),
        );
      });

      it("carries an error as it was thrown", async () => {
        await assert.rejects(mesh.caller.call("math.fail"), { name: "ValidationError", data: { number: 7 } });
      });

      it("carries a call of 1 MiB", async () => {
        assert.equal(await mesh.caller.call("math.size", { text: "x".repeat(MiB) }), MiB);
      });

      it("emits to one of a group and broadcasts to all", async () => {
        mesh.events.length = 0;
        await mesh.caller.emit("order.made", { id: 1 });
        await eventually("one worker hears it", () => mesh.events.length === 1);
        await mesh.caller.broadcast("order.made", { id: 2 });
        await eventually("both hear it", () => mesh.events.length === 3);
        await delay(50);
        assert.match(mesh.events[0] ?? "", /^(one|two) 1$/);
        assert.deepEqual(mesh.events.slice(1).sort(), ["one 2", "two 2"]);
      });

      it("goes on with one worker when the other leaves", async () => {
        const [, leaver] = mesh.workers;
        await leaver.stop();
        await eventually("the caller sees it leave", () => knownNodes(mesh.caller) === 2);
        assert.deepEqual(await callTwenty(mesh.caller), { one: 20 });
      });
    });
  }

  describe(`Moleculer's AMQP transporter, ${mode}, when the server restarts`, () => {
    it("reconnects every node by itself and calls again", async (t) => {
      const port = await freePort();
      const first = await AmqpMemoryServer.create({ port });
      const mesh = await startMesh(first.url, disableBalancer);
      t.after(() => stopMesh(mesh));
      await first.stop();
      const second = await AmqpMemoryServer.create({ port });
      t.after(() => second.stop());
      await eventually("requests are consumed", () => requestConsumers(second, disableBalancer) === 2, 30_000);
      await eventually("the caller knows both workers", () => knownNodes(mesh.caller) === 3, 30_000);
      await eventually("the caller is ready", () => mesh.caller.transit?.connected === true, 30_000);
      assert.deepEqual(await callTwenty(mesh.caller), { one: 10, two: 10 });
    });
  });
}

/** Consumers of the queue that the workers share, or of the queue of each. */
function requestConsumers(server: AmqpMemoryServer, shared: boolean): number {
  const name = shared ? /\.REQB\.math\.add$/ : /\.REQ\.(one|two)$/;
  const queues = server.stats().queues.filter((queue) => name.test(queue.name));
  return queues.reduce((sum, { consumers }) => sum + consumers, 0);
}
