import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { ServiceBroker } from "moleculer";
import { loadConfig } from "../../config/load.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { provideConfig } from "../../node/node-context.ts";
import { MeshBytes } from "../../protocols/mesh/bytes.ts";
import { startNats } from "../support/nats.ts";
import { startBroker } from "../support/rabbitmq.ts";
import { needs } from "../support/require.ts";

/** Every socket of this process, told by Node itself. */
const sockets = new Set<Socket>();
const see = (message: unknown) => void sockets.add((message as { socket: Socket }).socket);
channel("net.client.socket").subscribe(see);
channel("net.server.socket").subscribe(see);

/** Two nodes of which one calls the other; what each says of its bytes. */
async function called(context: TestContext, variables: Record<string, string>) {
  sockets.clear();
  const config = loadConfig({ NODE_ENV: "test", LOG_LEVEL: "fatal", NAMESPACE: randomUUID(), ...variables }, []);
  const [worker, caller] = ["worker", "caller"].map((name) => {
    const broker = new ServiceBroker(brokerOptions(config, name));
    provideConfig(broker, config);
    context.after(() => broker.stop());
    return broker;
  }) as [ServiceBroker, ServiceBroker];
  worker.createService({ name: "worker", actions: { work: () => "done" } });
  await Promise.all([worker.start(), caller.start()]);
  await caller.waitForServices("worker", 15_000, 20);
  for (let call = 0; call < 20; call++) assert.equal(await caller.call("worker.work"), "done");
  return [worker, caller].map((broker) => new MeshBytes(broker));
}

const sum = <T>(all: Iterable<T>, read: (one: T) => number) => [...all].reduce((total, one) => total + read(one), 0);

function assertAll(counted: readonly MeshBytes[], own: readonly Socket[]): void {
  const written = sum(own, ({ bytesWritten }) => bytesWritten);
  const read = sum(own, ({ bytesRead }) => bytesRead);
  assert.ok(written > 20 * 100, "each call is more than that");
  assert.deepEqual([sum(counted, ({ sent }) => sent), sum(counted, ({ received }) => received)], [written, read]);
}

test("when nodes call each other over TCP, then their bytes are those of their sockets", async (context) => {
  assertAll(await called(context, { TRANSPORTER: "tcp" }), [...sockets]);
});

test("when nodes call each other over NATS, then their bytes are those of their sockets", {
  skip: needs("nats"),
}, async (context) => {
  const { url, stop } = await startNats();
  context.after(stop);
  const bytes = await called(context, { TRANSPORTER: url });
  const port = Number(new URL(url).port);
  assertAll(
    bytes,
    [...sockets].filter(({ remotePort }) => remotePort === port),
  );
});

test("when nodes call each other over AMQP, then their bytes are those of their sockets", async (context) => {
  const server = await startBroker();
  context.after(() => server.stop());
  const bytes = await called(context, { RABBIT_URL: server.url });
  const port = Number(new URL(server.url).port);
  assertAll(
    bytes,
    [...sockets].filter(({ remotePort }) => remotePort === port),
  );
});
