import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type ConfirmChannel, connect, type Options } from "amqplib";
import { type Config, type Environment, loadConfig } from "../../config/load.ts";
import { startNode } from "../../node/node.ts";
import { eventually } from "../support/eventually.ts";
import { startBroker } from "../support/rabbitmq.ts";
import { TestSmtp } from "../support/smtp-server.ts";
import { type System, startSystem } from "../support/system.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

interface Entry {
  name: string;
  data: string;
  severity: string;
  source: string;
  event_id?: string;
}
interface DeadLetter {
  id: string;
  name: string;
  data: string;
  routing_key: string;
  code: string;
  reason: string;
  attempts: number;
  died_at: string;
}

interface Listening {
  readonly system: System;
  readonly smtp: TestSmtp;
  readonly channel: ConfirmChannel;
  publish(key: string, body: unknown, options?: Options.Publish): void;
  call<T>(action: string, params?: object): Promise<T>;
  log(): Promise<Entry[]>;
  dead(): Promise<DeadLetter[]>;
  /** Messages that are in the queue and in nobody's hand. */
  count(queue: string): Promise<number>;
}

/** logger, mailer, listener, a mail server of the test's own, and a plain AMQP client as a producer of the Go course has one. */
async function listening(work: (listening: Listening) => Promise<void>, more: Environment = {}) {
  const smtp = await TestSmtp.start();
  const environment = { ...smtp.environment, DSN: "host=127.0.0.1", EVENT_RETRY_DELAYS: "100,200", ...more };
  const system = await startSystem(["logger", "mailer", "listener"], environment);
  const connection = await connect(system.config.rabbitUrl);
  connection.on("error", () => {});
  const channel = await connection.createConfirmChannel();
  const call = <T>(action: string, params: object = {}) =>
    system.nodes.listener?.broker.call(action, params) as Promise<T>;
  try {
    await channel.assertExchange("logs_topic", "topic", { durable: true, autoDelete: false, internal: false });
    await work({
      system,
      smtp,
      channel,
      publish: (key, body, options) => {
        const content = Buffer.isBuffer(body)
          ? body
          : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
        channel.publish("logs_topic", key, content, options);
      },
      call,
      log: async () => (await call<{ rows: Entry[] }>("logger.list", { pageSize: 100 })).rows,
      dead: () => call<DeadLetter[]>("listener.deadLetters", { limit: 100 }),
      count: async (queue) => (await channel.checkQueue(queue)).messageCount,
    });
  } finally {
    await connection.close().catch(() => undefined);
    await system.stop();
    await smtp.stop();
  }
}

const until = <T>(ask: () => Promise<readonly T[]>, length: number): Promise<readonly T[]> =>
  eventually(async () => {
    const found = await ask();
    return found.length >= length ? found : undefined;
  }, 20_000);

test("when a producer of the Go course publishes, then everything is stored with its severity, whatever the name", () =>
  listening(async ({ publish, log }) => {
    publish("log.INFO", '{\n\t"name": "event",\n\t"data": "from Go"\n}', { contentType: "text/plain" });
    publish("log.WARNING", { name: "unheard of", data: "" }, { contentType: "application/json", persistent: true });
    publish("log.ERROR", { name: "bad", data: "ü€😀" });
    publish("log.DEBUG", { name: "debug", data: "x" });
    publish("other.INFO", { name: "elsewhere", data: "not ours" });
    const entries = await until(log, 4);
    await delay(200);
    assert.equal((await log()).length, 4);
    const told = entries.map(({ name, data, severity, source }) => [name, data, severity, source].join("|")).sort();
    assert.deepEqual(told, [
      "bad|ü€😀|error|listener",
      "debug|x|info|listener",
      "event|from Go|info|listener",
      "unheard of||warning|listener",
    ]);
  }));

test("when an event comes twice with its id, then it is stored once; without an id each is an event of its own", () =>
  listening(async ({ publish, log }) => {
    for (let i = 0; i < 5; i++) publish("log.INFO", { name: "same", data: "x" }, { messageId: "one" });
    for (let i = 0; i < 3; i++) publish("log.INFO", { name: "each", data: "x" });
    publish("log.ERROR", { name: "odd", data: "x" }, { messageId: "ä\n".repeat(80) });
    publish("log.INFO", { name: "last", data: "x" });
    const entries = await until(log, 6);
    await delay(200);
    assert.equal((await log()).length, 6);
    assert.equal(entries.filter(({ name }) => name === "same").length, 1);
  }));

test("when an event cannot be read or done, then it is a dead letter with the reason, and the next one is not held up", () =>
  listening(
    async ({ publish, log, dead, count }) => {
      publish("log.INFO", "not json");
      publish("log.INFO", Buffer.from([0x7b, 0xff, 0x7d]));
      publish("log.INFO", "[]");
      publish("log.INFO", { name: 5, data: "x" });
      publish("log.INFO", { name: "x", data: { not: "text" } });
      publish("log.INFO", { name: "big", data: "x".repeat(2_000) }, { messageId: "big", expiration: "3000" });
      publish("log.ERROR", { name: "n".repeat(1_025), data: "name too long for the log" });
      publish("log.INFO", { name: "good", data: "x" });
      await until(log, 1);
      const letters = await until(dead, 7);
      const told = letters.map(({ code, attempts }) => `${code} ${attempts}`).sort();
      assert.deepEqual(told, ["BODY_TOO_LARGE 1", ...Array(5).fill("MALFORMED_BODY 1"), "VALIDATION_FAILED 1"]);
      const big = letters.find(({ id }) => id === "big");
      assert.match(big?.reason ?? "", /2024 bytes.*1500/);
      assert.equal(big?.name, "big");
      assert.ok(Date.parse(big?.died_at ?? "") > Date.now() - 60_000);
      assert.ok(
        letters.every(({ id, reason, routing_key }) => id !== "" && reason !== "" && routing_key.startsWith("log.")),
      );
      await delay(3_200);
      assert.equal(await count("listener.events.dead"), 7, "looking takes nothing out, and no expiry does");
    },
    { BODY_LIMIT: "1500" },
  ));

test("when log.ERROR comes and ALERT_TO is set, then it is mailed once, with no way into the headers", () =>
  listening(
    async ({ publish, smtp, log }) => {
      const name = "pay\r\nBcc: victim@example.com";
      for (let i = 0; i < 3; i++) publish("log.ERROR", { name, data: "<b>card</b> declined" }, { messageId: "e1" });
      publish("log.WARNING", { name: "warning", data: "x" });
      await until(log, 2);
      const [alert] = await until(async () => smtp.delivered, 1);
      await delay(300);
      assert.equal(smtp.delivered.length, 1);
      assert.deepEqual(alert?.to, ["ops@example.com", "dev@example.com"]);
      assert.equal(alert?.mail.subject, "Error: pay Bcc: victim@example.com");
      assert.match(alert?.mail.text ?? "", /<b>card<\/b> declined/);
      assert.match(alert?.mail.html ?? "", /&lt;b&gt;card/);
    },
    { ALERT_TO: "ops@example.com,dev@example.com" },
  ));

test("when errors come in a flood, then so many are mailed and all are in the log", () =>
  listening(
    async ({ publish, smtp, log }) => {
      for (let i = 0; i < 20; i++) publish("log.ERROR", { name: "flood", data: String(i) });
      await until(log, 20);
      await until(async () => smtp.delivered, 3);
      await delay(300);
      assert.equal(smtp.delivered.length, 3);
    },
    { ALERT_TO: "ops@example.com", ALERT_LIMIT: "3" },
  ));

test("when a user was created, then a welcome is mailed once; without an email it is a dead letter, and in the log", () =>
  listening(async ({ publish, smtp, log, dead }) => {
    const user = { id: 7, email: "ada@example.com", first_name: "Ada", last_name: "Lovelace" };
    for (let i = 0; i < 2; i++)
      publish("log.INFO", { name: "user.created", data: JSON.stringify(user) }, { messageId: "u7" });
    publish("log.INFO", { name: "user.created", data: "{}" });
    const [welcome] = await until(async () => smtp.delivered, 1);
    await until(log, 2);
    assert.equal((await until(dead, 1))[0]?.code, "VALIDATION_FAILED");
    assert.equal(smtp.delivered.length, 1);
    assert.deepEqual([welcome?.to, welcome?.mail.subject], [["ada@example.com"], "Welcome, Ada"]);
  }));

test("when the logger is away, then events are tried again, and nothing is lost or doubled when it is back", () =>
  listening(
    async ({ system, publish, log, count }) => {
      await system.nodes.logger?.stop();
      for (let i = 0; i < 30; i++) publish("log.INFO", { name: "while away", data: String(i) });
      await delay(1_500);
      const again = await startNode(["logger"], system.config);
      try {
        await again.joined;
        await until(log, 30);
        await eventually(async () => (await count("listener.events.retry.1000")) === 0 || undefined);
        await delay(500);
        assert.deepEqual(new Set((await log()).map(({ data }) => data)).size, 30);
        assert.equal((await log()).length, 30);
        assert.equal(await count("listener.events.dead"), 0);
      } finally {
        await again.stop();
      }
    },
    { EVENT_RETRY_DELAYS: "300,1000,1000,1000,1000,1000,1000,1000", REQUEST_TIMEOUT: "1000" },
  ));

test("when the logger stays away, then its events become dead letters, and sent back they are done once", () =>
  listening(
    async ({ system, publish, log, dead, call, count }) => {
      await system.nodes.logger?.stop();
      publish("log.ERROR", { name: "a", data: "1" }, { messageId: "a" });
      publish("log.INFO", { name: "b", data: "2" });
      publish("log.INFO", { name: "c", data: "3" });
      const letters = await until(dead, 3);
      for (const { attempts, code } of letters) {
        assert.equal(attempts, 3);
        assert.match(code, /^(TIMEOUT|SERVICE_UNAVAILABLE)$/);
      }
      const again = await startNode(["logger"], system.config);
      try {
        await again.joined;
        await assert.rejects(call("listener.resend", { id: "nobody" }), { type: "NOT_FOUND" });
        await assert.rejects(call("listener.resend", {}), { type: "VALIDATION_FAILED" });
        assert.deepEqual(await call("listener.resend", { id: "a" }), { resent: 1 });
        const [entry] = await until(log, 1);
        assert.deepEqual([entry?.name, entry?.severity, entry?.event_id], ["a", "error", "a"]);
        assert.deepEqual(await call("listener.resend", { all: true }), { resent: 2, left: 0 });
        await until(log, 3);
        assert.equal(await count("listener.events.dead"), 0);
        assert.equal((await log()).length, 3);
      } finally {
        await again.stop();
      }
    },
    { REQUEST_TIMEOUT: "700" },
  ));

test("when the mailer is away, then the event is in the log at once and its mail follows", () =>
  listening(
    async ({ system, publish, smtp, log }) => {
      await system.nodes.mailer?.stop();
      publish("log.ERROR", { name: "lonely", data: "x" });
      await until(log, 1);
      await delay(1_500);
      const again = await startNode(["mailer"], system.config);
      try {
        await again.joined;
        await until(async () => smtp.delivered, 1);
        await delay(300);
        assert.equal(smtp.delivered.length, 1);
        assert.equal((await log()).length, 1, "tried again without an id of its own, it is still one event");
      } finally {
        await again.stop();
      }
    },
    { ALERT_TO: "ops@example.com", EVENT_RETRY_DELAYS: "300,500,1000,1000,1000,1000", REQUEST_TIMEOUT: "700" },
  ));

test("when several listeners run, then they share the work and each event is done once", () =>
  listening(async ({ system, publish, call, channel }) => {
    const more = await Promise.all([1, 2].map(() => startNode(["listener"], system.config)));
    try {
      await Promise.all(more.map(({ joined }) => joined));
      await eventually(async () => (await channel.checkQueue("listener.events")).consumerCount === 3 || undefined);
      for (let i = 0; i < 600; i++) publish("log.INFO", { name: "shared", data: String(i) });
      const total = async () => (await call<{ total: number }>("logger.list", { pageSize: 1 })).total;
      await eventually(async () => (await total()) >= 600 || undefined);
      await more[0]?.stop();
      await delay(300);
      assert.equal(await total(), 600);
    } finally {
      await Promise.all(more.map((node) => node.stop()));
    }
  }));

test("when the queue is deleted under the listener, then it declares it again and goes on", () =>
  listening(async ({ publish, channel, log }) => {
    await channel.deleteQueue("listener.events");
    await eventually(async () => {
      publish("log.INFO", { name: "after", data: "x" }, { messageId: "after" });
      return (await log()).length === 1 || undefined;
    });
  }));

test("when nobody listens yet, then what is published waits for the first listener", async () => {
  const broker = await startBroker();
  const environment: Environment = { DSN: "host=127.0.0.1", MAIL_HOST: "127.0.0.1", RABBIT_URL: broker.url };
  const before = await startSystem(["logger"], { ...environment, NAMESPACE: "a" });
  const config: Config = loadConfig({ ...before.environment, NAMESPACE: "a" }, ["listener", "logger"]);
  const { EventQueue } = await import("../../mixins/event-queue/event-queue.ts");
  const { logger } = before.nodes.logger?.broker ?? assert.fail();
  const publisher = new EventQueue({ url: broker.url, name: "a publisher", logger });
  try {
    await publisher.open();
    await publisher.publish({ name: "early", data: "x" });
    const listener = await startNode(["listener"], config);
    await listener.joined;
    const list = () => listener.broker.call<{ rows: Entry[] }, object>("logger.list", {});
    await eventually(async () => (await list()).rows[0]?.name === "early" || undefined);
    await listener.stop();
  } finally {
    await publisher.drain();
    await publisher.close();
    await before.stop();
    await broker.stop();
  }
});

test("when the broker is away at start, lost and back, then the listener says so, comes back and loses nothing", async () => {
  const broker = await startBroker();
  const { hostname, port } = new URL(broker.url);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  const through = new URL(broker.url);
  through.host = `127.0.0.1:${proxy.port}`;
  const base: Environment = { DSN: "host=127.0.0.1", MAIL_HOST: "127.0.0.1", NAMESPACE: randomUUID() };
  const system = await startSystem(["logger"], { ...base, RABBIT_URL: broker.url });
  const config = loadConfig({ ...system.environment, RABBIT_URL: through.href }, ["listener"]);
  const connection = await connect(broker.url);
  const channel = await connection.createConfirmChannel();
  // With an id: the connection may be cut while an acknowledgement is on its way, and the event comes again.
  const publish = async (data: string) => {
    channel.publish("logs_topic", "log.INFO", Buffer.from(JSON.stringify({ name: "n", data })), { messageId: data });
    await channel.waitForConfirms();
  };
  const list = async () =>
    (await system.nodes.logger?.broker.call<{ rows: Entry[] }, object>("logger.list", {}))?.rows ?? [];
  await proxy.cut();
  const listener = await startNode(["listener"], config);
  const ready = async () => await (await fetch(`http://127.0.0.1:${address()}/readyz`)).text();
  const address = () =>
    (listener.broker.getLocalService("listener") as unknown as { http: { address: { port: number } } }).http.address
      .port;
  try {
    await eventually(async () => /"rabbitmq":\{"ok":false/.test(await ready()) || undefined);
    await proxy.restore();
    await listener.joined;
    await eventually(async () => (await ready()).includes('"ready":true') || undefined);
    await publish("1");
    await until(list, 1);
    await proxy.cut();
    await publish("2");
    await delay(300);
    assert.match(await ready(), /"rabbitmq":\{"ok":false/);
    await proxy.restore();
    assert.deepEqual((await until(list, 2)).map(({ data }) => data).sort(), ["1", "2"]);
  } finally {
    await listener.stop();
    await connection.close();
    await system.stop();
    await proxy.stop();
    await broker.stop();
  }
});
