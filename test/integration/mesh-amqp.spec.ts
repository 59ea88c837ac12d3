import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ServiceBroker } from "moleculer";
import { loadConfig } from "../../config/load.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { DrainableAmqpTransporter } from "../../protocols/mesh/amqp.transporter.ts";
import { eventually } from "../support/eventually.ts";
import { startBroker } from "../support/rabbitmq.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

/** A node behind a cable that can be cut, and one that calls it. */
let cable: TcpProxy;
let worker: ServiceBroker;
let caller: ServiceBroker;
let ends: (() => Promise<unknown>)[];

beforeEach(async () => {
  const server = await startBroker();
  const url = new URL(server.url);
  cable = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
  url.host = `127.0.0.1:${cable.port}`;
  ends = [() => server.stop(), () => cable.stop()];
  const namespace = randomUUID();
  const node = async (name: string, rabbitUrl: string) => {
    const environment = { NAMESPACE: namespace, RABBIT_URL: rabbitUrl, LOG_LEVEL: "fatal", DSN: "host=127.0.0.1" };
    const broker = new ServiceBroker(brokerOptions(loadConfig({ ...environment, MAIL_HOST: "127.0.0.1" }), name));
    ends.push(() => broker.stop());
    return broker;
  };
  worker = await node("worker", url.href);
  caller = await node("caller", server.url);
  worker.createService({ name: "first", actions: { work: () => "done" } });
  await Promise.all([worker.start(), caller.start()]);
  assert.equal(await eventually(() => caller.call("first.work")), "done");
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
});

test("when the connection is lost while a service joins, then the node lives, and the service is there afterwards", async () => {
  cable.freeze();
  worker.createService({ name: "second", actions: { work: () => "done" }, events: { "something.happened"() {} } });
  await delay(300); // It has asked for its queues, and waits.
  await cable.cut();
  await cable.restore();
  for (const name of ["first", "second"])
    assert.equal(await eventually(() => caller.call(`${name}.work`), 15_000), "done");
});

test("when the connection is lost as soon as its channel is made, then the node lives, and works afterwards", async () => {
  const transporter = worker.transit?.tx ?? assert.fail();
  const { info } = transporter.logger;
  let lost: Promise<void> | undefined;
  transporter.logger.info = (...said: unknown[]) => {
    if (said[0] === "AMQP channel is created.") lost ??= cable.cut();
    info.apply(transporter.logger, said);
  };
  await cable.cut();
  await cable.restore();
  await eventually(() => lost !== undefined || undefined, 15_000);
  await lost;
  await cable.restore();
  assert.equal(await eventually(() => caller.call("first.work", {}, { timeout: 500 }), 15_000), "done");
});

test("when the server closes a node's channel, then the node comes back and works", async () => {
  const transporter = worker.transit?.tx;
  assert.ok(transporter instanceof DrainableAmqpTransporter);
  await assert.rejects(async () => transporter.channel?.checkQueue(randomUUID()), /NOT_FOUND/);
  assert.equal(await eventually(() => caller.call("first.work", {}, { timeout: 500 }), 15_000), "done");
});
