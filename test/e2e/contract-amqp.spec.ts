// The contract's exchange, keys and queues, as a plain AMQP client of another system meets them.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type ChannelModel, type ConfirmChannel, connect, type GetMessage, type Options } from "amqplib";
import { catchEvents } from "../support/events.ts";
import { eventually } from "../support/eventually.ts";
import { send } from "../support/http.ts";
import { type Launched, launch } from "../support/launched.ts";
import { storedLogs } from "../support/stores.ts";

let system: Launched;
let connection: ChannelModel;
let channel: ConfirmChannel;
before(async () => {
  system = await launch(["--only", "gateway,auth,logger,mailer,listener"]);
  connection = await connect(String(system.environment.RABBIT_URL));
  connection.on("error", () => {}); // Its end is the test's.
  channel = await connection.createConfirmChannel();
});
after(async () => {
  await connection?.close();
  await system?.stop();
});

async function publish(key: string, body: string | Buffer, options?: Options.Publish): Promise<void> {
  channel.publish("logs_topic", key, Buffer.from(body as string), options);
  await channel.waitForConfirms();
}
const storedAs = async (name: string) => (await storedLogs(system)).filter((entry) => entry.name === name);
const stored = (name: string, count = 1) =>
  eventually(async () => {
    const found = await storedAs(name);
    return found.length >= count ? found : undefined;
  }, 20_000);

/** What the broker says to a declaration; a refusal closes its channel, so each has its own. */
async function declares(work: (own: ConfirmChannel) => Promise<unknown>): Promise<string> {
  const own = await connection.createConfirmChannel();
  own.on("error", () => {});
  try {
    await work(own);
    await own.close();
    return "as it is";
  } catch (error) {
    return String((error as { code?: number }).code);
  }
}

test("the exchange is a durable topic exchange, and the two queues are durable", async () => {
  const events = "listener.events";
  const dead = "listener.events.dead";
  const durable = { durable: true, autoDelete: false, internal: false };
  assert.equal(await declares((own) => own.assertExchange("logs_topic", "topic", durable)), "as it is");
  assert.equal(await declares((own) => own.assertExchange("logs_topic", "fanout", durable)), "406");
  assert.equal(await declares((own) => own.assertExchange("logs_topic", "topic", { durable: false })), "406");
  for (const queue of [events, dead]) {
    assert.equal(await declares((own) => own.checkQueue(queue)), "as it is");
    assert.equal(await declares((own) => own.assertQueue(queue, { durable: false })), "406");
  }
  assert.equal((await channel.checkQueue(events)).consumerCount, 1);
});

test("when a Go producer publishes (text/plain, not persistent, no id), then it is stored under the key's severity", async () => {
  const severities = { "log.INFO": "info", "log.WARNING": "warning", "log.ERROR": "error" };
  for (const [key, severity] of Object.entries(severities)) {
    const name = randomUUID();
    await publish(key, `{\r\n\t"data" : "from Go ü€😀",\n  "name":"${name}"\n}\n`, {
      contentType: "text/plain",
      persistent: false,
    });
    const [entry] = await stored(name);
    assert.deepEqual([entry?.data, entry?.severity, entry?.source], ["from Go ü€😀", severity, "listener"]);
  }
});

test("when an event is published in any of the other forms, then it is stored too", async () => {
  for (const options of [
    {},
    { persistent: true },
    { contentType: "application/json", persistent: true, messageId: randomUUID() },
    { contentType: "application/json", persistent: false },
  ]) {
    const name = randomUUID();
    await publish("log.INFO", JSON.stringify({ name, data: "", more: "ignored" }), options);
    assert.equal((await stored(name)).length, 1);
  }
});

test("when an event comes again with its message id, then it is stored once; without one each is an event", async () => {
  const [once, each] = [randomUUID(), randomUUID()];
  const messageId = randomUUID();
  for (let n = 0; n < 3; n++) {
    await publish("log.INFO", JSON.stringify({ name: once, data: "x" }), { messageId });
    await publish("log.INFO", JSON.stringify({ name: each, data: "x" }));
  }
  assert.equal((await stored(each, 3)).length, 3);
  await settled();
  assert.equal((await storedAs(once)).length, 1);
  assert.equal((await storedAs(each)).length, 3);
});

test("when the gateway is asked, then a foreign consumer sees broker_hit with the client's address", async () => {
  const caught = await catchEvents(String(system.environment.RABBIT_URL));
  try {
    const id = randomUUID();
    await send(system.url("gateway", "/"), { headers: { "X-Request-Id": id } });
    const event = await eventually(() => caught.events.find(({ requestId }) => requestId === id));
    assert.deepEqual([event.name, event.data, event.routingKey], ["broker_hit", "127.0.0.1", "log.INFO"]);
  } finally {
    await caught.stop();
  }
});

test("when somebody logs in or fails to, then a foreign consumer sees it, and the log has it", async () => {
  const caught = await catchEvents(String(system.environment.RABBIT_URL));
  try {
    for (const [password, data] of [
      ["verysecret", "valid login for admin@example.com"],
      ["wrong", "invalid login for admin@example.com"],
    ] as const) {
      const id = randomUUID();
      const body = { action: "auth", auth: { email: "admin@example.com", password } };
      await send(system.url("gateway", "/handle"), { method: "POST", body, headers: { "X-Request-Id": id } });
      const event = await eventually(() => caught.events.find(({ requestId }) => requestId === id));
      assert.deepEqual([event.name, event.data], ["authentication", data]);
      assert.ok(event.routingKey.startsWith("log."));
      await eventually(async () =>
        (await storedAs("authentication")).find((entry) => entry.request_id === id && entry.data === data),
      );
    }
  } finally {
    await caught.stop();
  }
});

test("when an event cannot be done, then it is in listener.events.dead as it came, with the reason, and others go on", async () => {
  const bodies = [
    "not json",
    "[]",
    '{"name":1,"data":"x"}',
    `{"name":"${"n".repeat(2_000)}","data":"too long a name"}`,
  ];
  for (const body of bodies) await publish("log.WARNING", body, { contentType: "text/plain" });
  const name = randomUUID();
  await publish("log.INFO", JSON.stringify({ name, data: "goes on" }));
  await stored(name);

  await eventually(async () =>
    (await channel.checkQueue("listener.events.dead")).messageCount >= 4 ? true : undefined,
  );
  const letters: GetMessage[] = [];
  for (
    let letter = await channel.get("listener.events.dead");
    letter;
    letter = await channel.get("listener.events.dead")
  ) {
    letters.push(letter);
  }
  assert.deepEqual(letters.map(({ content }) => content.toString()).sort(), [...bodies].sort());
  for (const { properties } of letters) {
    const headers = properties.headers as Record<string, unknown>;
    assert.match(String(headers["x-error-code"]), /^(MALFORMED_BODY|VALIDATION_FAILED)$/);
    assert.ok(String(headers["x-error"]).length > 10);
    assert.equal(headers["x-original-routing-key"], "log.WARNING");
    assert.equal(properties.deliveryMode, 2, "it outlives the broker");
  }
  for (const letter of letters) channel.ack(letter);
});

/** Nothing is in the queue or in the listener's hand. */
const settled = () =>
  eventually(async () => {
    const metrics = await (await fetch(system.url("listener", "/metrics"))).text();
    const { messageCount } = await channel.checkQueue("listener.events");
    return messageCount === 0 && /^\w*in_hand\S* 0$/m.test(metrics) ? true : undefined;
  });
