import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hash } from "@node-rs/bcrypt";
import type { User } from "../../services/auth/user.ts";
import { startDatabase, type TestDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { type GoUser, goAdminHash, goRow, goTable } from "../support/go-users.ts";
import { post } from "../support/post.ts";
import { type System, startSystem } from "../support/system.ts";

let database: TestDatabase;
let system: System;
let before12: Record<string, unknown>[];

const long = "a".repeat(100);

before(async () => {
  database = await startDatabase();
  for (const statement of goTable) await database.query(statement);
  const bcrypt = (password: string) => hash(password, { cost: 12, version: "2a" });
  const users: GoUser[] = [
    { id: 1, email: "admin@example.com", password: goAdminHash, active: 1 },
    { id: 2, email: "Mixed@Example.com", password: await bcrypt("mixed pass"), active: 1 },
    { id: 3, email: "mixed@example.com", password: await bcrypt("small pass"), active: 1 },
    { id: 4, email: "twice@example.com", password: await bcrypt("first pass"), active: 0 },
    { id: 5, email: "twice@example.com", password: await bcrypt("second pass"), active: 1 },
    { id: 6, email: "idle@example.com", password: await bcrypt("idle pass"), active: 0 },
    { id: 7, email: null, password: null, active: null, created: null },
    { id: 8, email: "odd@example.com", password: "no hash at all", active: 1 },
    { id: 9, email: "long@example.com", password: await bcrypt(long), active: 1 },
    { id: 40, email: "beyond@example.com", password: await bcrypt("beyond pass"), active: 1 },
  ];
  for (const user of users) {
    const { sql, replacements } = goRow(user);
    await database.query(sql, replacements);
  }
  before12 = await rows();
  system = await startSystem(["auth"], { DSN: database.dsn, TZ: "America/New_York" });
  await eventually(async () => (await fetch(system.url("auth", "/readyz"))).ok || undefined);
});
after(async () => {
  await system?.stop();
  await database?.stop();
});

const rows = () =>
  database.query<Record<string, unknown>>(
    `SELECT id, email, first_name, last_name, password, user_active,
       to_char(created_at, 'YYYY-MM-DD HH24:MI:SS') AS created, to_char(updated_at, 'YYYY-MM-DD HH24:MI:SS') AS updated
     FROM users ORDER BY id`,
  );
const password = async (id: number) =>
  String(
    (await database.query<{ password: string }>("SELECT password FROM users WHERE id = :id", { id }))[0]?.password,
  );
const login = (email: string, given: string) => post(system.url("auth", "/authenticate"), { email, password: given });
const call = <T = User>(action: string, params: object): Promise<T> =>
  system.nodes.auth?.broker.call(`auth.${action}`, params) as Promise<T>;

test("when the original's table is there, then every row stays as it was, and nobody is seeded beside them", async () => {
  assert.deepEqual(await rows(), before12);
});

test("when the original's user logs in, then with the old password, and the hash is made anew, once", async () => {
  const reply = await login("admin@example.com", "verysecret");
  assert.equal(reply.status, 202);
  const { created_at } = reply.body.data as User;
  assert.equal(String(created_at), "2022-03-14T00:00:00.000Z");
  const upgraded = await password(1);
  assert.match(upgraded, /^\$argon2id\$/);
  assert.equal((await login("admin@example.com", "verysecret")).status, 202);
  assert.equal(await password(1), upgraded);
  assert.equal((await login("admin@example.com", "verysecret2")).status, 401);
  const [row] = (await rows()).filter(({ id }) => id === 1);
  assert.equal(row?.updated, "2022-03-14 00:00:00");
});

test("when a login fails, then the old hash stays", async () => {
  assert.equal((await login("beyond@example.com", "not it")).status, 401);
  assert.match(await password(40), /^\$2a\$12\$/);
});

test("when two addresses differ by case, then each logs in as it is spelled", async () => {
  const mixed = await login("Mixed@Example.com", "mixed pass");
  const small = await login("mixed@example.com", "small pass");
  assert.deepEqual([(mixed.body.data as User).id, (small.body.data as User).id], [2, 3]);
  assert.equal((await login("Mixed@Example.com", "small pass")).status, 401);
});

test("when an address stands twice, then the one who may log in does", async () => {
  assert.equal(((await login("twice@example.com", "second pass")).body.data as User).id, 5);
  assert.equal((await login("twice@example.com", "first pass")).status, 401);
  const both = await call<{ total: number }>("listUsers", { q: "twice@" });
  assert.equal(both.total, 2);
});

test("when such an address is asked for anew, then CONFLICT; when the copy gets one of its own, it logs in with it", async () => {
  await assert.rejects(call("createUser", { email: "Twice@example.com", password: "long enough" }), {
    type: "CONFLICT",
  });
  await call("updateUser", { id: 4, email: "once@example.com", active: true });
  assert.equal((await login("once@example.com", "first pass")).status, 202);
  await assert.rejects(call("createUser", { email: "ONCE@example.com", password: "long enough" }), {
    type: "CONFLICT",
  });
});

test("when a row is inactive, empty or has no hash, then it does not log in, and is listed", async () => {
  for (const [email, given] of [
    ["idle@example.com", "idle pass"],
    ["odd@example.com", "no hash at all"],
  ] as const) {
    assert.equal((await login(email, given)).status, 401);
  }
  const empty = await call("findUser", { id: 7 });
  assert.deepEqual([empty.email, empty.active, empty.created_at], ["", 0, null]);
});

test("when a password is longer than bcrypt reads, then its user gets in, and from then on all of it counts", async () => {
  assert.equal((await login("long@example.com", long)).status, 202);
  assert.equal((await login("long@example.com", long.slice(0, 72))).status, 401);
});

test("when a user is created, then its id is above all that were there", async () => {
  assert.ok((await call("createUser", { email: "next@example.com", password: "long enough" })).id > 40);
});

test("when an old hash and an unknown user are tried, then both take as long", async () => {
  const least = { "beyond@example.com": Number.POSITIVE_INFINITY, "nobody@example.com": Number.POSITIVE_INFINITY };
  for (let n = 0; n < 4; n++) {
    for (const email of ["beyond@example.com", "nobody@example.com"] as const) {
      const begun = performance.now();
      assert.equal((await login(email, "not it")).status, 401);
      least[email] = Math.min(least[email], performance.now() - begun);
    }
  }
  const [less = 0, more = 0] = Object.values(least).sort((one, other) => one - other);
  assert.ok(more - less < Math.max(100, more / 2), JSON.stringify(least));
});
