import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Report } from "../../services/lab/results.ts";
import { eventually } from "../support/eventually.ts";
import { startNats } from "../support/nats.ts";
import { post } from "../support/post.ts";
import { needs } from "../support/require.ts";
import { smallRun } from "../support/small-run.ts";
import { storedLogs } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";

const skip = needs("nats");
let server: Awaited<ReturnType<typeof startNats>> | undefined;
let system: System;
before(async () => {
  if (skip) return;
  server = await startNats();
  const url = new URL(server.url);
  [url.username, url.password] = ["me", "hunter2"];
  system = await startSystem(["gateway", "auth", "logger", "lab"], { TRANSPORTER: url.href, SERIALIZER: "MsgPack" });
});
after(async () => {
  await system?.stop();
  await server?.stop();
});

const handle = (body: object) => post(system.url("gateway", "/handle"), body);
const login = { email: "admin@example.com", password: "verysecret" };

test("when nodes reach each other over NATS, in MsgPack, then operations are done, and errors keep their codes", {
  skip,
}, async () => {
  // The database may take its time to start.
  const right = await eventually(async () => {
    const reply = await handle({ action: "auth", via: "mesh", auth: login });
    return reply.body.code === "DEPENDENCY_UNAVAILABLE" ? undefined : reply;
  }, 60_000);
  assert.equal(right.status, 202, JSON.stringify(right.body));
  assert.match(String((right.body.data as { created_at: string }).created_at), /^\d{4}-\d\d-\d\dT.*Z$/);
  const wrong = await handle({ action: "auth", via: "mesh", auth: { ...login, password: "wrong" } });
  assert.deepEqual([wrong.status, wrong.body.code], [401, "INVALID_CREDENTIALS"]);
  const log = { name: "over NATS", data: "Gr\u00fc\u00dfe \u{1F4A5}" };
  assert.equal((await handle({ action: "log", via: "mesh", log })).status, 202);
  assert.equal((await storedLogs(system)).find(({ name }) => name === log.name)?.data, log.data);
});

test("when the lab measures a mesh over NATS, then the report names it without its password, and the AMQP server beside it", {
  skip,
}, async () => {
  const { broker } = system.nodes.lab ?? assert.fail();
  const { id } = await broker.call<{ id: string }, object>("lab.run", { ...smallRun, contenders: ["amqp", "mesh"] });
  const report = await eventually(
    () => broker.call<Report, object>("lab.report", { id }).catch(() => undefined),
    60_000,
  );
  assert.equal(report.surroundings.transporter, "nats");
  assert.match(report.surroundings.messageBroker, /^(amqp-memory-server|RabbitMQ) \d/);
  const { natsServer = "", versions } = report.surroundings;
  for (const version of [natsServer, versions.nats ?? "", versions["notepack.io"] ?? ""])
    assert.match(version, /^\d+\.\d/);
  assert.doesNotMatch(JSON.stringify(report), /hunter2/);
  assert.deepEqual(
    report.cases[0]?.summaries.map(({ errors }) => errors),
    [{}, {}],
  );
});

test("when a node has left the mesh over NATS, then a call to it is told so", { skip }, async () => {
  await system.nodes.logger?.stop();
  const gone = await eventually(async () => {
    const reply = await handle({ action: "log", via: "mesh", log: { name: "a", data: "b" } });
    return reply.status === 202 ? undefined : reply;
  });
  assert.deepEqual([gone.status, gone.body.code], [503, "SERVICE_UNAVAILABLE"]);
});
