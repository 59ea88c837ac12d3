import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Context } from "moleculer";
import { requestQueue } from "../../protocols/amqp/topology.ts";
import type AuthService from "../../services/auth/auth.service.ts";
import type { User } from "../../services/auth/user.ts";
import type { NewUser } from "../../services/auth/users/create.ts";
import { plainClient } from "../support/amqp-client.ts";
import { startDatabase, type TestDatabase } from "../support/database.ts";
import { catchEvents } from "../support/events.ts";
import { eventually } from "../support/eventually.ts";
import { post } from "../support/post.ts";
import { type System, startSystem } from "../support/system.ts";

let database: TestDatabase;
let system: System;
let caught: Awaited<ReturnType<typeof catchEvents>>;
before(async () => {
  database = await startDatabase();
  system = await startSystem(["auth"], { DSN: database.dsn });
  caught = await catchEvents(String(system.environment.RABBIT_URL));
  await eventually(async () => (await fetch(system.url("auth", "/readyz"))).ok || undefined);
});
after(async () => {
  await caught?.stop();
  await system?.stop();
  await database?.stop();
});

const call = <T = User>(action: string, params: object, requestID?: string): Promise<T> =>
  system.nodes.auth?.broker.call(`auth.${action}`, params, { requestID }) as Promise<T>;
const row = async (id: number) =>
  (await database.query<Record<string, unknown>>("SELECT * FROM users WHERE id = :id", { id }))[0];
const login = (email: unknown, password: unknown) => post(system.url("auth", "/authenticate"), { email, password });

test("when the default setup starts on an empty database, then the page's user logs in over REST", async () => {
  const reply = await login("admin@example.com", "verysecret");
  assert.equal(reply.status, 202);
  assert.equal(reply.body.message, "Logged in user admin@example.com");
  const { created_at, updated_at, ...user } = reply.body.data as User;
  assert.deepEqual(user, {
    id: user.id,
    email: "admin@example.com",
    first_name: "Admin",
    last_name: "User",
    active: 1,
  });
  assert.ok(Math.abs(Date.now() - Date.parse(String(created_at))) < 120_000);
  assert.ok(updated_at);
  assert.match(String((await row(user.id))?.password), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test("when a user is created, then the row is there, the event is told once, and neither has the password", async () => {
  const made = await call(
    "createUser",
    { email: " New@Example.com ", first_name: "N", password: "long enough" },
    "req-1",
  );
  assert.equal(made.email, "new@example.com");
  assert.equal(made.active, 1);
  assert.ok(!JSON.stringify(made).includes("argon2"));
  const stored = await row(made.id);
  assert.equal(stored?.email, "new@example.com");
  assert.match(String(stored?.password), /^\$argon2id\$/);
  const event = await eventually(() => caught.events.find(({ name }) => name === "user.created"));
  assert.equal(event.routingKey, "log.INFO");
  assert.equal(event.requestId, "req-1");
  assert.deepEqual(JSON.parse(event.data), { id: made.id, email: "new@example.com", first_name: "N", last_name: "" });
  assert.equal((await login("NEW@example.com", "long enough")).status, 202);
  const [kept] = await database.query<{ published_at: Date | null }>("SELECT published_at FROM outbox WHERE id = :id", {
    id: event.id,
  });
  assert.ok(kept?.published_at);
});

test("when the address is another's, in whatever case, then CONFLICT, and nothing is stored or told", async () => {
  await assert.rejects(call("createUser", { email: "ADMIN@example.com", password: "long enough" }), {
    type: "CONFLICT",
    code: 409,
  });
  const made = await call("createUser", { email: "moving@example.com", password: "long enough" });
  await assert.rejects(call("updateUser", { id: made.id, email: "Admin@Example.com" }), { type: "CONFLICT" });
  assert.equal((await row(made.id))?.email, "moving@example.com");
  const rows = await database.query("SELECT id FROM users WHERE lower(email) = 'admin@example.com'");
  assert.equal(rows.length, 1);
});

test("when many ask for one address at once, then one gets it and the others CONFLICT", async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, () => call("createUser", { email: "race@example.com", password: "long enough" })),
  );
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  for (const result of results) {
    if (result.status === "rejected") assert.equal((result.reason as { type: string }).type, "CONFLICT");
  }
  assert.equal((await database.query("SELECT id FROM outbox WHERE data LIKE '%race@example.com%'")).length, 1);
});

test("when the mesh delivers a call twice, then it is done once and answered twice", async () => {
  const { broker } = system.nodes.auth ?? assert.fail();
  const service = broker.getLocalService("auth") as AuthService;
  const again = () => {
    const ctx = new Context<NewUser>(broker, { name: "auth" } as never);
    Object.assign(ctx, { id: "the-same-call", params: { email: "twice@example.com", password: "long enough" } });
    return service.createUser(ctx);
  };
  const [first, second] = await Promise.all([again(), again()]);
  const third = await again();
  assert.deepEqual([second.id, third.id], [first.id, first.id]);
  assert.equal((await database.query("SELECT id FROM outbox WHERE data LIKE '%twice@example.com%'")).length, 1);
});

test("when a request comes twice over AMQP, then it is done once and answered twice; another one under its id is another", async (context) => {
  const client = await plainClient(system.config.rabbitUrl);
  context.after(() => client.stop());
  const { name } = requestQueue(system.config.namespace, "auth");
  const ids = { messageId: "m", correlationId: "c" };
  const ask = async (email: string): Promise<User> => {
    const params = { email, password: "long enough" };
    return (await client.ask(name, params, { type: "auth.createUser", ...ids })).body;
  };
  const first = await ask("again@example.com");
  assert.equal((await ask("again@example.com")).id, first.id);
  assert.notEqual((await ask("other@example.com")).id, first.id);
  assert.equal((await database.query("SELECT id FROM outbox WHERE data LIKE '%again@example.com%'")).length, 1);
});

test("when a user is updated, then what was not given stays, and the change is told", async () => {
  const made = await call("createUser", {
    email: "a@example.com",
    first_name: "A",
    last_name: "B",
    password: "long enough",
  });
  const changed = await call("updateUser", { id: made.id, first_name: "Ä" });
  assert.deepEqual([changed.first_name, changed.last_name, changed.email], ["Ä", "B", "a@example.com"]);
  assert.equal((await row(made.id))?.first_name, "Ä");
  await eventually(() => caught.events.find(({ name, data }) => name === "user.updated" && data.includes("Ä")));
});

test("when an update changes nothing, then nothing is told", async () => {
  const made = await call("createUser", { email: "same@example.com", first_name: "A", password: "long enough" });
  const before = await row(made.id);
  await call("updateUser", { id: made.id, first_name: "A", email: "Same@example.com", active: true });
  assert.deepEqual(await row(made.id), before);
  assert.equal((await database.query("SELECT id FROM outbox WHERE data LIKE '%same@example.com%'")).length, 1);
});

test("when a user is deactivated, then the right password is refused as a wrong one is, and it is told once", async () => {
  const made = await call("createUser", { email: "gone@example.com", password: "long enough" });
  assert.equal((await login("gone@example.com", "long enough")).status, 202);
  assert.equal((await call("deactivateUser", { id: made.id })).active, 0);
  await call("deactivateUser", { id: made.id });
  assert.equal((await row(made.id))?.user_active, 0);
  const refused = await login("gone@example.com", "long enough");
  const wrong = await login("gone@example.com", "something else");
  assert.equal(refused.status, 401);
  assert.deepEqual(refused.body, wrong.body);
  const told = await database.query<{ name: string }>(
    "SELECT name FROM outbox WHERE data LIKE '%gone@example.com%' ORDER BY seq",
  );
  assert.deepEqual(
    told.map(({ name }) => name),
    ["user.created", "user.deactivated"],
  );
  assert.equal((await call("updateUser", { id: made.id, active: true })).active, 1);
  assert.equal((await login("gone@example.com", "long enough")).status, 202);
});

test("when a password is set, then the new one counts and the old one does not", async () => {
  const made = await call("createUser", { email: "pass@example.com", password: "the old one" });
  await call("setPassword", { id: made.id, password: "the new one" });
  assert.equal((await login("pass@example.com", "the new one")).status, 202);
  assert.equal((await login("pass@example.com", "the old one")).status, 401);
  const event = await eventually(() => caught.events.find(({ name }) => name === "user.password_changed"));
  assert.doesNotMatch(event.data, /argon2|the new one/);
});

test("when events of one user follow each other, then they are told in that order", async () => {
  const { id } = await call("createUser", { email: "order@example.com", password: "long enough" });
  for (let n = 0; n < 10; n++) await call("updateUser", { id, last_name: `step ${n}` });
  const mine = () => caught.events.filter(({ data }) => data.includes("order@example.com"));
  await eventually(() => mine().length >= 11 || undefined);
  assert.deepEqual(
    mine().map(({ data }) => (JSON.parse(data) as User).last_name),
    ["", ...Array.from({ length: 10 }, (_, n) => `step ${n}`)],
  );
});

test("when users are listed, then by pages, found in any case, wild cards taken as they are", async () => {
  for (const n of [1, 2, 3]) {
    await call("createUser", { email: `list${n}@example.com`, last_name: "100%_\\ sure", password: "long enough" });
  }
  const page = await call<{ rows: User[]; total: number; totalPages: number; page: number; pageSize: number }>(
    "listUsers",
    { q: "LIST", page: 2, pageSize: 2 },
  );
  assert.deepEqual(
    [page.rows.map(({ email }) => email), page.total, page.page, page.pageSize, page.totalPages],
    [["list3@example.com"], 3, 2, 2, 2],
  );
  assert.deepEqual(Object.keys(page.rows[0] ?? {}).sort(), [
    "active",
    "created_at",
    "email",
    "first_name",
    "id",
    "last_name",
    "updated_at",
  ]);
  const total = async (q: string) => (await call<{ total: number }>("listUsers", { q })).total;
  assert.equal(await total("%_\\"), 3);
  assert.equal(await total("list%"), 0);
  assert.equal(await total("'; DROP TABLE users; --"), 0);
});

test("when a user is looked for, then by id or by address, and NOT_FOUND says whom", async () => {
  const found = await call("findUser", { email: "Admin@example.com" });
  assert.deepEqual(await call("findUser", { id: found.id }), found);
  await assert.rejects(call("findUser", { id: 99_999 }), { type: "NOT_FOUND", message: /99999/ });
  await assert.rejects(call("findUser", {}), { type: "VALIDATION_FAILED" });
  await assert.rejects(call("findUser", { id: 1, email: "a@example.com" }), { type: "VALIDATION_FAILED" });
  await assert.rejects(call("updateUser", { id: 99_999, first_name: "x" }), { type: "NOT_FOUND" });
  await assert.rejects(call("setPassword", { id: 99_999, password: "long enough" }), { type: "NOT_FOUND" });
});

const fine = { email: "fine@example.com", password: "long enough" };
for (const [what, action, params] of [
  ["no address", "createUser", { password: "long enough" }],
  ["no real address", "createUser", { ...fine, email: "nobody" }],
  ["a line break in the address", "createUser", { ...fine, email: "a@example.com\nbcc: b@example.com" }],
  ["too long an address", "createUser", { ...fine, email: `${"a".repeat(250)}@example.com` }],
  ["a NUL in the name", "createUser", { ...fine, first_name: "a\0b" }],
  ["too long a name", "createUser", { ...fine, last_name: "a".repeat(256) }],
  ["a short password", "createUser", { ...fine, password: "sesame1" }],
  ["too long a password", "createUser", { ...fine, password: "a".repeat(1_025) }],
  ["a password that is no text", "createUser", { ...fine, password: 1_234_567_890 }],
  ["the address as password", "createUser", { ...fine, password: "Fine@Example.com" }],
  ["an id that is none", "setPassword", { id: "x", password: "long enough" }],
  ["an id beyond all", "findUser", { id: 2_147_483_648 }],
  ["page 0", "listUsers", { page: 0 }],
  ["too large a page", "listUsers", { pageSize: 101 }],
] as const) {
  test(`when ${action} gets ${what}, then it is refused, without the password`, async () => {
    const error = (await call(action, params).then(
      () => assert.fail("it was taken"),
      (reason: unknown) => reason,
    )) as Error & { code: number; data: unknown };
    assert.ok(error.code === 400 || error.code === 422, `${error.code}: ${error.message}`);
    const { password } = params as { password?: unknown };
    if (password !== undefined) assert.ok(!JSON.stringify([error.message, error.data]).includes(String(password)));
    assert.equal((await database.query("SELECT id FROM users WHERE email LIKE 'fine@%'")).length, 0);
  });
}

test("when an unknown, a wrong and an inactive one log in, then nobody can tell them apart by word or time", async () => {
  const { id } = await call("createUser", { email: "idle@example.com", password: "long enough", active: false });
  assert.equal((await row(id))?.user_active, 0);
  const least = [1, 2, 3].map(() => Number.POSITIVE_INFINITY);
  for (let n = 0; n < 3; n++) {
    for (const [who, [email, password]] of [
      ["nobody@example.com", "long enough"],
      ["admin@example.com", "not the one"],
      ["idle@example.com", "long enough"],
    ].entries()) {
      const begun = performance.now();
      const { status, body } = await login(email, password);
      least[who] = Math.min(least[who] ?? 0, performance.now() - begun);
      assert.equal(status, 401);
      assert.deepEqual(body, { error: true, message: "invalid credentials", code: "INVALID_CREDENTIALS" });
    }
  }
  assert.ok(
    Math.max(...least) - Math.min(...least) < Math.max(100, Math.max(...least) / 2),
    least.map(Math.round).join(" "),
  );
});

test("when the login is strange text, then it is a failed login and no fault of ours", async () => {
  for (const email of ["a\0b@example.com", "' OR 1=1 --", "\ud800", "ADMİN@example.com", "%"]) {
    const { status, body } = await login(email, "verysecret");
    assert.equal(status, 401, `${JSON.stringify(email)}: ${JSON.stringify(body)}`);
  }
  for (const [email, password] of [
    ["", "x"],
    ["a@example.com", ""],
    ["a@example.com", "a".repeat(1_025)],
    [1, "x"],
    ["a@example.com", { $ne: "" }],
  ]) {
    const { status, body } = await login(email, password);
    assert.equal(status, 400);
    assert.match(body.message, /email|password/);
  }
});

test("when somebody fails in a person's name, then that one is refused with a time, and the person still gets in", async () => {
  await call("createUser", { email: "victim@example.com", password: "the right one" });
  const from = (client: string, password: string) =>
    call("authenticate", { email: "victim@example.com", password, client });
  const guesses = await Promise.allSettled(Array.from({ length: 20 }, () => from("203.0.113.9", "a guess")));
  const codes = guesses.map((guess) => (guess.status === "rejected" ? (guess.reason as { type: string }).type : "in"));
  assert.equal(codes.filter((code) => code === "INVALID_CREDENTIALS").length, 13);
  assert.equal(codes.filter((code) => code === "TOO_MANY_ATTEMPTS").length, 7);
  await assert.rejects(
    from("203.0.113.9", "the right one"),
    (error: { code: number; data: { retryAfter: number } }) => {
      assert.equal(error.code, 429);
      return error.data.retryAfter > 0 && error.data.retryAfter <= 30;
    },
  );
  assert.equal((await from("198.51.100.1", "the right one")).email, "victim@example.com");
});

test("when an account has had its tries over REST, then 429 says in a header when to come back", async () => {
  await call("createUser", { email: "tried@example.com", password: "long enough" });
  const replies = await Promise.all(Array.from({ length: 12 }, () => login("tried@example.com", "a guess")));
  const refused = replies.filter(({ status }) => status === 429);
  assert.equal(refused.length, 2);
  for (const { headers, body } of refused) {
    assert.equal(body.code, "TOO_MANY_ATTEMPTS");
    assert.deepEqual(body.data, { retryAfter: Number(headers.get("retry-after")) });
  }
});
