// The contract's tables of the gateway, the envelope and the services' own REST, against the processes that npm start starts.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { NodeName } from "../../config/entry.ts";
import { loadConfig } from "../../config/load.ts";
import { Mailbox } from "../../embedded/mailbox.ts";
import { protocols } from "../../protocols/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { goAdminHash } from "../support/go-users.ts";
import { send } from "../support/http.ts";
import { type Launched, launch } from "../support/launched.ts";
import { queryUsers, type Stored, storedDocuments, storedLogs } from "../support/stores.ts";

let system: Launched;
before(async () => {
  system = await launch();
});
after(() => system?.stop());

const post = (node: NodeName, path: string, body: unknown) => send(system.url(node, path), { method: "POST", body });
const handle = (body: object) => post("gateway", "/handle", body);
const admin = { email: "admin@example.com", password: "verysecret" };

/** The one entry of this name; what was answered is stored by then. */
async function entryOf(name: string): Promise<Stored> {
  const found = (await storedLogs(system)).filter((entry) => entry.name === name);
  assert.equal(found.length, 1, `entries of the name ${name}`);
  return found[0] as Stored;
}

async function caughtMail(subject: string) {
  const found = (await (await Mailbox.open(join(system.dataDir, "mail"))).list()).filter(
    (mail) => mail.subject === subject,
  );
  assert.equal(found.length, 1, `mails with the subject ${subject}`);
  const [kept] = (await storedDocuments(system, "mail", "mails")).filter((mail) => mail.subject === subject);
  assert.equal(kept?.status, "sent");
  return found[0];
}

test("the default ports are the contract's", () => {
  const config = loadConfig({ NODE_ENV: "development" });
  const { frontendPort, gatewayPort, authPort, loggerPort, mailerPort, listenerPort, labPort } = config;
  assert.deepEqual(
    [frontendPort, gatewayPort, authPort, loggerPort, mailerPort, listenerPort, labPort],
    [8000, 8080, 8081, 8082, 8083, 8084, 8085],
  );
  assert.equal(config.host, "127.0.0.1");
  assert.equal(config.bodyLimit, 1 << 20);
});

test("every node answers GET /ping with a dot", async () => {
  for (const node of ["frontend", "gateway", "auth", "logger", "mailer", "listener", "lab"] as const) {
    const response = await fetch(system.url(node, "/ping"));
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
    assert.equal(await response.text(), ".");
  }
});

test("when the root is asked by GET or POST, then 202, and the log has the client's address under that request's id", async () => {
  for (const method of ["GET", "POST"]) {
    const id = randomUUID();
    const reply = await send(system.url("gateway", "/"), { method, headers: { "X-Request-Id": id } });
    assert.equal(reply.status, 202);
    assert.deepEqual(reply.body, { error: false, message: "Received request" });
    const entry = await eventually(async () => (await storedLogs(system)).find(({ request_id }) => request_id === id));
    assert.deepEqual([entry.name, entry.data, entry.severity], ["broker_hit", "127.0.0.1", "info"]);
  }
});

test("when somebody logs in, then the answer is their row in Postgres, without the password", async () => {
  const [row] = await queryUsers<{ user_active: number; created_at: Date; updated_at: Date }>(
    system,
    "SELECT id, email, first_name, last_name, user_active, created_at, updated_at FROM users WHERE email = 'admin@example.com'",
  );
  assert.ok(row);
  const { user_active: active, created_at, updated_at, ...names } = row;
  const user = {
    ...names,
    active,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
  for (const via of [undefined, ...protocols]) {
    const reply = await handle({ action: "auth", auth: admin, via });
    assert.equal(reply.status, 202);
    assert.deepEqual(reply.body, { error: false, message: "Authenticated!", data: user });
  }
  const own = await post("auth", "/authenticate", admin);
  assert.equal(own.status, 202);
  assert.deepEqual(own.body, { error: false, message: "Logged in user admin@example.com", data: user });
});

test("when the password is wrong or the user unknown or inactive, then 401 in the same words", async () => {
  await addUser("away@example.com", 0);
  const refused = { error: true, message: "invalid credentials", code: "INVALID_CREDENTIALS" };
  for (const auth of [
    { email: "admin@example.com", password: "not it" },
    { email: "nobody@example.com", password: "verysecret" },
    { email: "away@example.com", password: "verysecret" },
  ]) {
    for (const reply of [await handle({ action: "auth", auth }), await post("auth", "/authenticate", auth)]) {
      assert.equal(reply.status, 401);
      assert.deepEqual(reply.body, refused);
    }
  }
});

test("when a user of the original logs in with the old password, then the hash in Postgres becomes a new one", async () => {
  await addUser("go@example.com", 1);
  const reply = await handle({ action: "auth", auth: { email: "go@example.com", password: "verysecret" } });
  assert.equal(reply.status, 202);
  const [row] = await queryUsers<{ password: string }>(
    system,
    "SELECT password FROM users WHERE email = 'go@example.com'",
  );
  assert.match(row?.password ?? "", /^\$argon2id\$/);
});

const addUser = (email: string, active: number) =>
  queryUsers(
    system,
    `INSERT INTO users (email, first_name, last_name, password, user_active, created_at, updated_at)
     VALUES ('${email}', 'Go', 'User', '${goAdminHash}', ${active}, now(), now()) RETURNING id`,
  );

/** Each way to write to the log: where, how it is asked, what it says, what the entry then tells of it. */
const logWays: readonly [NodeName, string, (log: object) => object, (name: string) => string, object][] = [
  ...([undefined, ...protocols] as const).map((via): (typeof logWays)[number] => [
    "gateway",
    "/handle",
    (log) => ({ action: "log", log, via }),
    (name) => `Processed payload via RPC: ${name}`,
    { source: "gateway", via: via ?? "json-rpc" },
  ]),
  ...(
    [
      ["rest", "rest"],
      ["rpc", "json-rpc"],
      ["grpc", "grpc"],
      ["amqp", "amqp"],
      ["mesh", "mesh"],
    ] as const
  ).map(([route, via]): (typeof logWays)[number] => [
    "gateway",
    `/log-${route}`,
    (log) => ({ action: "log", log }),
    () => "logged",
    { source: "gateway", via },
  ]),
  ["logger", "/log", (log) => log, () => "logged", {}],
  ["logger", "/api/log", (log) => log, () => "logged", {}],
];

test("when an entry is written, by whatever way, then 202 in the contract's words, and it is in the store", async () => {
  for (const [node, path, body, says, tells] of logWays) {
    const name = randomUUID();
    const begun = Date.now();
    const reply = await post(node, path, body({ name, data: `over ${path}`, unknown: "ignored" }));
    assert.equal(reply.status, 202, path);
    assert.equal(reply.body.error, false);
    assert.equal(reply.body.message, says(name));
    const entry = await entryOf(name);
    assert.equal(entry.data, `over ${path}`);
    assert.equal(entry.severity, "info");
    for (const [field, value] of Object.entries(tells)) assert.equal(entry[field], value, `${path}: ${field}`);
    assert.equal(entry.unknown, undefined);
    for (const field of ["created_at", "updated_at"]) {
      const time = timeOf(entry[field]);
      assert.ok(time >= begun - 1_000 && time <= Date.now() + 1_000, `${field}: ${time}`);
    }
  }
});

/** A file's time is NeDB's way to write one. */
const timeOf = (value: unknown): number =>
  value instanceof Date ? value.getTime() : (value as { $$date: number }).$$date;

test("when a mail is sent, by whatever way, then 202 says to whom, and it is in the mailbox, plain and HTML", async () => {
  for (const [node, path, wrap, says] of [
    ["gateway", "/handle", (mail: object) => ({ action: "mail", mail }), "Message sent to you@example.com"],
    [
      "gateway",
      "/handle",
      (mail: object) => ({ action: "mail", mail, via: "rest" }),
      "Message sent to you@example.com",
    ],
    ["mailer", "/send", (mail: object) => mail, "sent to you@example.com"],
  ] as const) {
    const subject = randomUUID();
    const mail = { from: "me@example.com", to: "you@example.com", subject, message: "<b>Hello</b>" };
    const reply = await post(node, path, wrap(mail));
    assert.equal(reply.status, 202);
    assert.equal(reply.body.message, says);
    const caught = await caughtMail(subject);
    assert.equal(caught?.from, "me@example.com");
    assert.deepEqual(caught?.to, ["you@example.com"]);
    assert.match(caught?.text ?? "", /<b>Hello<\/b>/);
    assert.match(caught?.html ?? "", /&lt;b&gt;Hello&lt;\/b&gt;/);
    assert.match(caught?.html ?? "", /style="/, "the CSS is inlined");
  }
});

test("when the action is unknown, then 400 says so", async () => {
  const reply = await handle({ action: "fly" });
  assert.equal(reply.status, 400);
  assert.deepEqual(reply.body, { error: true, message: "unknown action", code: "UNKNOWN_ACTION" });
});

test("when an operation is done over a protocol, then the headers name it, the node that served, and the hops", async () => {
  const bodies = {
    auth: { action: "auth", auth: admin },
    logger: { action: "log", log: { name: "hops", data: "x" } },
    mailer: { action: "mail", mail: { to: "you@example.com", subject: "hops", message: "x" } },
  };
  for (const [node, body] of Object.entries(bodies)) {
    for (const via of protocols) {
      const { status, headers } = await handle({ ...body, via });
      assert.equal(status, 202);
      assert.equal(headers.get("x-via"), via);
      assert.match(headers.get("x-node") ?? "", new RegExp(`^${node}-`));
      const hops = (headers.get("server-timing") ?? "").split(", ").map((hop) => hop.split(";")[0]);
      assert.deepEqual(hops, [node, via, "gateway"]);
    }
  }
});

const good = { name: "good", data: "body" };
/** Every route that takes a body: a body it would accept, a required field of it, and how that lies in the body. */
const bodyRoutes: readonly [NodeName, string, Record<string, unknown>, string, (inner: object) => object][] = [
  ["gateway", "/handle", good, "data", (log) => ({ action: "log", log })],
  ["gateway", "/handle", admin, "password", (auth) => ({ action: "auth", auth })],
  [
    "gateway",
    "/handle",
    { to: "a@example.com", subject: "s", message: "m" },
    "to",
    (mail) => ({ action: "mail", mail }),
  ],
  ...["rest", "rpc", "grpc", "amqp", "mesh"].map((route): (typeof bodyRoutes)[number] => [
    "gateway",
    `/log-${route}`,
    good,
    "name",
    (log) => ({ action: "log", log }),
  ]),
  ["gateway", "/session", admin, "email", (body) => body],
  ["auth", "/authenticate", admin, "email", (body) => body],
  ["logger", "/log", good, "name", (body) => body],
  ["logger", "/api/log", good, "data", (body) => body],
  ["mailer", "/send", { to: "a@example.com", subject: "s", message: "m" }, "to", (body) => body],
];

test("when a body is empty, no JSON, not one value or no object, then 400 in the envelope, on every route", async () => {
  for (const [node, path] of bodyRoutes) {
    for (const body of [
      "",
      "  ",
      "{",
      '{"a":1}{"b":2}',
      "[]",
      '"text"',
      "null",
      "7",
      new Uint8Array([0x7b, 0xff, 0x7d]),
    ]) {
      const reply = await post(node, path, body);
      const told = `${node} ${path} ${JSON.stringify(body)}`;
      assert.equal(reply.status, 400, told);
      assert.match(reply.headers.get("content-type") ?? "", /^application\/json/);
      assert.equal(reply.body.error, true, told);
      assert.equal(reply.body.code, "MALFORMED_BODY", told);
      assert.ok(reply.body.message.length > 0);
    }
  }
});

test("when a field is missing or of another kind, then 400 names it, on every route", async () => {
  for (const [node, path, body, field, wrap] of bodyRoutes) {
    const { [field]: _, ...without } = body;
    for (const inner of [without, { ...body, [field]: 7 }, { ...body, [field]: null }, { ...body, [field]: {} }]) {
      const reply = await post(node, path, wrap(inner));
      assert.equal(reply.status, 400, `${node} ${path} ${JSON.stringify(inner)}`);
      assert.equal(reply.body.code, "VALIDATION_FAILED");
      assert.match(reply.body.message, new RegExp(`\\b${field}\\b`));
    }
  }
});

test("when a body has more than 1 MiB, then 413, on every route; when it has just that, then it is read", async () => {
  const padded = (size: number) => `${JSON.stringify(good)}${" ".repeat(size - JSON.stringify(good).length)}`;
  for (const [node, path] of bodyRoutes) {
    const reply = await post(node, path, padded((1 << 20) + 1));
    assert.equal(reply.status, 413, path);
    assert.equal(reply.body.error, true);
    assert.equal(reply.body.code, "BODY_TOO_LARGE");
  }
  assert.equal((await post("logger", "/log", padded(1 << 20))).status, 202);
});

test("when a route is not there or the method is another, then 404 and 405 in the envelope, on every node", async () => {
  for (const [node, path] of [
    ["gateway", "/handle"],
    ["auth", "/authenticate"],
    ["logger", "/log"],
    ["mailer", "/send"],
    ["listener", "/ping"],
  ] as const) {
    const missing = await send(system.url(node, "/no/such/route"));
    assert.equal(missing.status, 404);
    assert.deepEqual([missing.body.error, missing.body.code], [true, "NOT_FOUND"]);
    const wrong = await send(system.url(node, path), { method: "PUT", body: {} });
    assert.equal(wrong.status, 405);
    assert.deepEqual([wrong.body.error, wrong.body.code], [true, "METHOD_NOT_ALLOWED"]);
    assert.ok(wrong.headers.get("allow"));
  }
});
