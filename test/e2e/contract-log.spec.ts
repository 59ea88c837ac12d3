// The contract's sessions and log pages, against the processes that npm start starts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { EventReader, send } from "../support/http.ts";
import { type Launched, launch } from "../support/launched.ts";
import { storedLogs } from "../support/stores.ts";

interface Row {
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly created_at: string;
}

let system: Launched;
let cookie = "";
before(async () => {
  system = await launch(["--only", "gateway,auth,logger"]);
});
after(() => system?.stop());

const at = (path: string) => system.url("gateway", path);
const admin = { email: "admin@example.com", password: "verysecret" };
const asUser = (path: string, method = "GET") => send(at(path), { method, headers: { cookie } });
const write = (name: string, data: string, severity?: string) =>
  send(at("/handle"), { method: "POST", body: { action: "log", log: { name, data, severity } } });
const storedNames = async () => (await storedLogs(system)).map(({ name }) => name);

async function list(query: string): Promise<{ rows: Row[]; total: number; totalPages: number }> {
  const reply = await asUser(`/logs?${query}`);
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
  return reply.body.data as { rows: Row[]; total: number; totalPages: number };
}
const dataOf = async (query: string) => (await list(query)).rows.map(({ data }) => data);

test("when nobody is signed in, then the session and the log's pages are 401", async () => {
  for (const [method, path] of [
    ["GET", "/session"],
    ["GET", "/logs"],
    ["GET", "/logs/x"],
    ["GET", "/logs/stream"],
    ["DELETE", "/logs/x"],
    ["DELETE", "/logs"],
  ] as const) {
    const reply = await send(at(path), { method });
    assert.equal(reply.status, 401, `${method} ${path}`);
    assert.deepEqual([reply.body.error, reply.body.code], [true, "UNAUTHENTICATED"]);
  }
});

test("when the password is wrong, then 401 and no cookie", async () => {
  const reply = await send(at("/session"), { method: "POST", body: { ...admin, password: "wrong" } });
  assert.equal(reply.status, 401);
  assert.equal(reply.body.message, "invalid credentials");
  assert.equal(reply.headers.get("set-cookie"), null);
});

test("when somebody signs in, then 202 with the user and a cookie, which also counts as a bearer", async () => {
  const reply = await send(at("/session"), { method: "POST", body: admin });
  assert.equal(reply.status, 202);
  const setCookie = reply.headers.get("set-cookie") ?? "";
  assert.match(setCookie, /; HttpOnly; SameSite=Strict/);
  cookie = setCookie.split(";")[0] ?? "";
  const user = reply.body.data as Record<string, unknown>;
  assert.deepEqual(Object.keys(user).sort(), [
    "active",
    "created_at",
    "email",
    "first_name",
    "id",
    "last_name",
    "updated_at",
  ]);
  const bearer = { authorization: `Bearer ${cookie.slice(cookie.indexOf("=") + 1)}` };
  for (const headers of [{ cookie }, bearer]) {
    const who = await send(at("/session"), { headers });
    assert.equal(who.status, 200);
    assert.deepEqual(who.body.data, user);
    assert.equal((await send(at("/logs"), { headers })).status, 200);
  }
});

test("when the log is listed, then each parameter does what its name says", async () => {
  const before = new Date().toISOString();
  await write("listed", "first", "info");
  await write("listed", "second thing", "warning");
  const middle = new Date(Date.now() + 1).toISOString();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await write("listed", "third THING", "error");
  await write("other", "fourth", "error");

  assert.deepEqual(await dataOf("name=listed"), ["third THING", "second thing", "first"]);
  assert.deepEqual(await dataOf("name=listed&sort=created_at"), ["first", "second thing", "third THING"]);
  assert.deepEqual(await dataOf("name=listed&severity=warning"), ["second thing"]);
  assert.deepEqual(await dataOf("severity=error&source=gateway"), ["fourth", "third THING"]);
  assert.deepEqual(await dataOf("name=listed&source=nobody"), []);
  assert.deepEqual(await dataOf("q=thing"), ["third THING", "second thing"]);
  assert.deepEqual(await dataOf(`name=listed&from=${before}&to=${middle}`), ["second thing", "first"]);
  assert.deepEqual(await dataOf(`name=listed&from=${middle}`), ["third THING"]);
  assert.deepEqual(await dataOf("name=listed&page=2&pageSize=2"), ["first"]);
  const { total, totalPages } = await list("name=listed&pageSize=2");
  assert.deepEqual([total, totalPages], [3, 2]);
  for (const field of ["page", "pageSize", "sort", "from", "to", "severity"]) {
    const reply = await asUser(`/logs?${field}=nonsense`);
    assert.equal(reply.status, 400, field);
    assert.match(reply.body.message, new RegExp(`\\b${field}\\b`));
  }
});

test("when one entry is asked for, then it is there, with its times in ISO 8601 UTC; when there is none, then 404", async () => {
  const [row] = (await list("name=other")).rows;
  const one = await asUser(`/logs/${row?.id}`);
  assert.equal(one.status, 200);
  assert.deepEqual(one.body.data, row);
  assert.match(row?.created_at ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const none = await asUser("/logs/nothing-has-this-id");
  assert.equal(none.status, 404);
  assert.equal(none.body.code, "NOT_FOUND");
});

test("when something is written while somebody watches, then the stream tells it", async () => {
  const stream = await EventReader.open(at("/logs/stream"), { cookie });
  try {
    assert.match(stream.response.headers.get("content-type") ?? "", /^text\/event-stream/);
    await write("streamed", "live");
    const told = () => stream.of("entries").flatMap(({ data }) => data as Row[]);
    await eventually(() => told().find(({ name, data }) => name === "streamed" && data === "live"));
  } finally {
    await stream.close();
  }
});

test("when entries are removed, one or all, then they are gone from the store", async () => {
  const [row] = (await list("name=other")).rows;
  assert.equal((await asUser(`/logs/${row?.id}`, "DELETE")).status, 202);
  assert.ok(!(await storedNames()).includes("other"));
  assert.ok((await storedNames()).includes("listed"));
  assert.equal((await asUser(`/logs/${row?.id}`, "DELETE")).status, 404);
  for (const [query, status] of [
    ["?source=", 400],
    ["?source=nobody", 202],
  ] as const) {
    assert.equal((await asUser(`/logs${query}`, "DELETE")).status, status);
    assert.ok((await storedNames()).includes("listed"));
  }
  assert.equal((await asUser("/logs", "DELETE")).status, 202);
  assert.ok(!(await storedNames()).includes("listed"));
});

test("when somebody signs out, then 202, the cookie is taken away, and a copy of it is worth nothing", async () => {
  const reply = await asUser("/session", "DELETE");
  assert.equal(reply.status, 202);
  assert.match(reply.headers.get("set-cookie") ?? "", /=; .*Max-Age=0/);
  assert.equal((await asUser("/session")).status, 401);
  assert.equal((await asUser("/logs")).status, 401);
});
