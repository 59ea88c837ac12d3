import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { postgresAddress } from "../../config/postgres-address.ts";
import type AuthService from "../../services/auth/auth.service.ts";
import type { User } from "../../services/auth/user.ts";
import { startDatabase, type TestDatabase } from "../support/database.ts";
import { catchEvents } from "../support/events.ts";
import { eventually } from "../support/eventually.ts";
import { post } from "../support/post.ts";
import { startBroker } from "../support/rabbitmq.ts";
import { type System, startSystem } from "../support/system.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

let database: TestDatabase;
let rabbit: Awaited<ReturnType<typeof startBroker>>;
let caught: Awaited<ReturnType<typeof catchEvents>>;
let toPostgres: TcpProxy;
let toRabbit: TcpProxy;
let system: System;

before(async () => {
  [database, rabbit] = await Promise.all([startDatabase(), startBroker()]);
  caught = await catchEvents(rabbit.url);
  toPostgres = await startTcpProxy(postgresAddress(database.dsn));
  const { hostname, port } = new URL(rabbit.url);
  toRabbit = await startTcpProxy({ host: hostname, port: Number(port || 5672) });
  await toPostgres.cut();
  const rabbitUrl = new URL(rabbit.url);
  rabbitUrl.hostname = "127.0.0.1";
  rabbitUrl.port = String(toRabbit.port);
  const { user, password, database: name } = postgresAddress(database.dsn);
  system = await startSystem(["auth"], {
    DSN: `host=127.0.0.1 port=${toPostgres.port} user=${user} password='${password}' dbname=${name} connect_timeout=2`,
    RABBIT_URL: rabbitUrl.href,
    LOG_LEVEL: "fatal",
  });
});
after(async () => {
  await system?.stop();
  await Promise.all([toPostgres?.stop(), toRabbit?.stop(), caught?.stop()]);
  await rabbit?.stop();
  await database?.stop();
});

const login = () => post(system.url("auth", "/authenticate"), { email: "admin@example.com", password: "verysecret" });
/** Inside the node, as its own REST does: the mesh may be away. */
const inside = (action: "createUser" | "updateUser", params: object): Promise<User> => {
  const service = system.nodes.auth?.broker.getLocalService("auth") as AuthService | undefined;
  return service?.actions[action]?.(params) as Promise<User>;
};
const readiness = async () => {
  const response = await fetch(system.url("auth", "/readyz"));
  return { status: response.status, text: await response.text() };
};
const ready = () => eventually(async () => (await readiness()).status === 200 || undefined, 15_000);
const password = "long enough";

test("when Postgres is not there at the start, then the node lives, says what is missing, and answers 503", async () => {
  assert.equal(await (await fetch(system.url("auth", "/ping"))).text(), ".");
  const { status, text } = await readiness();
  assert.equal(status, 503);
  assert.match(text, /"postgres":\{"ok":false,"why":"[^"]*ECONNREFUSED/);
  assert.equal((await fetch(system.url("auth", "/startedz"))).status, 503);
  const reply = await login();
  assert.equal(reply.status, 503);
  assert.equal(reply.body.code, "DEPENDENCY_UNAVAILABLE");
});

test("when Postgres comes, then the node goes on by itself", async () => {
  await toPostgres.restore();
  await ready();
  assert.equal((await login()).status, 202);
});

test("when Postgres goes and comes back, then 503 in between and the same service after", async () => {
  await toPostgres.cut();
  for (let n = 0; n < 12; n++) assert.equal((await login()).body.code, "DEPENDENCY_UNAVAILABLE");
  await assert.rejects(inside("createUser", { email: "lost@example.com", password }), {
    type: "DEPENDENCY_UNAVAILABLE",
  });
  assert.equal((await readiness()).status, 503);
  assert.equal((await fetch(system.url("auth", "/startedz"))).status, 200, "no reason to start it anew");
  await toPostgres.restore();
  await ready();
  assert.equal((await login()).status, 202, "logins that we broke off do not count as failed");
  assert.deepEqual(await database.query("SELECT id FROM users WHERE email = 'lost@example.com'"), []);
});

test("when Postgres says nothing any more, then nobody waits for ever, and it works again after", async () => {
  toPostgres.freeze();
  const begun = performance.now();
  const replies = await Promise.all([login(), login(), login()]);
  for (const { status } of replies) assert.ok(status === 503 || status === 504, String(status));
  assert.ok(performance.now() - begun < 8_000);
  await toPostgres.cut();
  await toPostgres.restore();
  await ready();
  assert.equal((await login()).status, 202);
});

test("when the message broker is away, then changes are kept, and told once and in order when it is back", async () => {
  await toRabbit.cut();
  await eventually(async () => (await readiness()).text.includes('"rabbitmq":{"ok":false') || undefined);
  const { id } = await inside("createUser", { email: "patient@example.com", password });
  for (const last_name of ["one", "two", "three"]) await inside("updateUser", { id, last_name });
  const waiting = await database.query("SELECT seq FROM outbox WHERE published_at IS NULL");
  assert.equal(waiting.length, 4);
  await toRabbit.restore();
  const mine = () => caught.events.filter(({ data }) => data.includes("patient@example.com"));
  await eventually(() => mine().length >= 4 || undefined, 20_000);
  await eventually(
    async () => (await database.query("SELECT seq FROM outbox WHERE published_at IS NULL")).length === 0 || undefined,
  );
  assert.deepEqual(
    mine().map(({ name, data }) => [name, (JSON.parse(data) as User).last_name]),
    [
      ["user.created", ""],
      ["user.updated", "one"],
      ["user.updated", "two"],
      ["user.updated", "three"],
    ],
  );
});

test("when the replica that had the right to publish is dead, then another follows it when its term is over", async () => {
  await ready();
  await database.query(
    "UPDATE outbox_lease SET holder = 'a dead one', until = now() + interval '3 seconds' RETURNING name",
  );
  await inside("createUser", { email: "heir@example.com", password });
  const told = () => caught.events.find(({ data }) => data.includes("heir@example.com"));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(told(), undefined);
  await eventually(told);
});
