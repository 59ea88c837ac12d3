import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { ServiceBroker } from "moleculer";
import { loadConfig } from "../../config/load.ts";
import type { WithHttp } from "../../mixins/http.mixin.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { startNode } from "../../node/node.ts";
import { provideConfig } from "../../node/node-context.ts";
import { protocols } from "../../protocols/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { EventReader, rawHttp, send } from "../support/http.ts";
import { type System, startSystem } from "../support/system.ts";

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A gateway, and beside it a node whose operations the test makes up. */
async function gateway(environment: Record<string, string> = {}, operations: Record<string, () => unknown> = {}) {
  const real = { DSN: "host=none", MAIL_HOST: "none", SHUTDOWN_TIMEOUT: "2000" };
  const system = await startSystem(["gateway"], { ...real, ...environment });
  stops.push(() => system.stop());
  if (Object.keys(operations).length > 0) await standFor(system, operations);
  const at = (path: string) => system.url("gateway", path);
  const post = (path: string, body: unknown, headers = {}) => send(at(path), { method: "POST", body, headers });
  return { system, at, post };
}

async function standFor({ config, nodes }: System, operations: Record<string, () => unknown>): Promise<void> {
  const broker = new ServiceBroker(brokerOptions(config, "made-up"));
  provideConfig(broker, config);
  const names = Object.keys(operations).map((name) => name.split("."));
  for (const [service = "", action = ""] of names) {
    broker.createService({ name: service, actions: { [action]: { handler: operations[`${service}.${action}`] } } });
  }
  await broker.start();
  stops.push(() => broker.stop());
  await nodes.gateway?.broker.waitForServices(
    names.flatMap(([service]) => service ?? []),
    5_000,
    20,
  );
}

/** To a logger that is on the mesh alone. */
const logBody = { action: "log", via: "mesh", log: { name: "a", data: "b" } };

test("when a client asks too often, then 429 says when to come back; others and health checks are not held up", async () => {
  const { at } = await gateway({ RATE_LIMIT: "5", TRUSTED_PROXIES: "loopback" });
  const from = (address: string) => send(at("/"), { headers: { "X-Forwarded-For": address } });
  for (let count = 0; count < 5; count++) assert.equal((await from("203.0.113.7")).status, 202);
  const refused = await from("203.0.113.7");
  assert.equal(refused.status, 429);
  assert.equal(refused.body.code, "TOO_MANY_REQUESTS");
  const wait = Number(refused.headers.get("retry-after"));
  assert.ok(wait > 0 && wait <= 12, `${wait} s`);
  assert.equal(refused.headers.get("ratelimit-remaining"), "0");
  assert.equal((await from("6.6.6.6, 203.0.113.7")).status, 429, "what a client prepends is not believed");
  assert.equal((await from("203.0.113.8")).status, 202);
  assert.equal((await fetch(at("/ping"))).status, 200);
});

test("when no proxy is trusted, then X-Forwarded-For makes nobody another", async () => {
  const { at } = await gateway({ RATE_LIMIT: "2" });
  const statuses = [];
  for (const address of ["203.0.113.1", "203.0.113.2", "203.0.113.3"]) {
    statuses.push((await send(at("/"), { headers: { "X-Forwarded-For": address } })).status);
  }
  assert.deepEqual(statuses, [202, 202, 429]);
});

test("when a body is too large, empty, no JSON or no object, then the answer says so", async () => {
  const { at, post } = await gateway({ BODY_LIMIT: "1000" });
  const cases: [unknown, number, string, RegExp][] = [
    [
      JSON.stringify({ action: "log", log: { name: "a", data: "x".repeat(1_000) } }),
      413,
      "BODY_TOO_LARGE",
      /1000 bytes/,
    ],
    [undefined, 400, "MALFORMED_BODY", /empty/],
    ["  \n", 400, "MALFORMED_BODY", /empty/],
    ["{", 400, "MALFORMED_BODY", /body must be one JSON value/],
    ["{} {}", 400, "MALFORMED_BODY", /body must be one JSON value/],
    ["[]", 400, "MALFORMED_BODY", /body must be a JSON object/],
    ["null", 400, "MALFORMED_BODY", /body must be a JSON object/],
    ['"text"', 400, "MALFORMED_BODY", /body must be a JSON object/],
    [`{"a":${"[".repeat(100)}${"]".repeat(100)}}`, 400, "MALFORMED_BODY", /nested deeper/],
    [Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400, "MALFORMED_BODY", /UTF-8/],
  ];
  for (const route of ["/handle", "/session", "/log-rest"]) {
    for (const [body, status, code, message] of cases) {
      const reply = await post(route, body);
      assert.equal(reply.status, status, String(body).slice(0, 40));
      assert.equal(reply.body.code, code);
      assert.match(reply.body.message, message);
    }
  }
  assert.equal((await post("/", "x".repeat(2_000))).status, 413);
  const chunked = (text: string) =>
    `POST /handle HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
  assert.match(await rawHttp(at("/"), chunked(`{"a":"${"x".repeat(2_000)}"}`)), /^HTTP\/1\.1 413 .*"BODY_TOO_LARGE"/s);
});

test("when a large body is refused, then its sender can read why", async () => {
  const { post } = await gateway();
  for (const size of [2 << 20, 8 << 20]) {
    const reply = await post("/handle", "x".repeat(size));
    assert.equal(reply.status, 413);
  }
});

test("when clients send bodies and finish none, then those that have been coming longest are given up, and others are served", async (context) => {
  const { at, post } = await gateway({ RATE_LIMIT: "100000" }, { "logger.write": () => ({ id: "1" }) });
  const { hostname, port } = new URL(at("/"));
  const size = 999_990;
  const stalled = Array.from({ length: 80 }, () => connect(Number(port), hostname));
  context.after(() => {
    for (const socket of stalled) socket.destroy();
  });
  const answers = stalled.map((socket) => text(socket).catch(() => "the connection was lost"));
  for (const socket of stalled) {
    await once(socket, "connect");
    socket.write(
      `POST /session HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${size + 10}\r\n\r\n${"x".repeat(size)}`,
    );
  }
  assert.match(await Promise.race(answers), /^HTTP\/1\.1 503 .*"OVERLOADED"/s);
  assert.equal((await post("/handle", logBody)).status, 202);
});

test("when a front end is configured, then its scripts may call, with credentials; no other page's may", async () => {
  const { at } = await gateway({ ALLOWED_ORIGINS: "https://app.example.com,http://localhost:8000" });
  const preflight = (origin: string) =>
    send(at("/handle"), {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
    });
  const allowed = await preflight("https://app.example.com");
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers.get("access-control-allow-origin"), "https://app.example.com");
  assert.equal(allowed.headers.get("access-control-allow-credentials"), "true");
  assert.match(allowed.headers.get("access-control-allow-methods") ?? "", /POST.*DELETE/);
  assert.match(allowed.headers.get("access-control-allow-headers") ?? "", /Content-Type/);
  assert.match(allowed.headers.get("vary") ?? "", /Origin/);

  for (const origin of [
    "https://evil.example.com",
    "http://localhost:80",
    "https://app.example.com.evil.org",
    "null",
  ]) {
    const refused = await preflight(origin);
    assert.equal(refused.status, 403, origin);
    assert.equal(refused.headers.get("access-control-allow-origin"), null);
    const posted = await send(at("/"), { method: "POST", headers: { origin } });
    assert.equal(posted.status, 403, "a simple request is not served either");
  }
  const missing = await send(at("/nothing"), { headers: { origin: "http://localhost:8000" } });
  assert.equal(missing.status, 404);
  assert.equal(missing.headers.get("access-control-allow-origin"), "http://localhost:8000", "errors are readable too");
  assert.match(missing.headers.get("access-control-expose-headers") ?? "", /X-Via.*Server-Timing/);
  const plain = await send(at("/"));
  assert.equal(plain.headers.get("vary"), "Origin");
});

test("when any front end may call, then none gets to use a cookie", async () => {
  const { at } = await gateway({ ALLOWED_ORIGINS: "*" });
  const { headers, status } = await send(at("/"), {
    method: "POST",
    headers: { origin: "https://anyone.example.com" },
  });
  assert.equal(status, 202);
  assert.equal(headers.get("access-control-allow-origin"), "*");
  assert.equal(headers.get("access-control-allow-credentials"), null);
});

test("when a proxy serves the page and hands on /api as it is, then the page's own host may call, the node's own routes stay inside", async () => {
  const { at } = await gateway({ GATEWAY_URL: "/api", ALLOWED_ORIGINS: "https://app.example.com" });
  const { host } = new URL(at("/"));
  const posted = await send(at("/api/?a=b"), { method: "POST", headers: { origin: `https://${host}` } });
  assert.equal(posted.status, 202);
  assert.equal(posted.headers.get("access-control-allow-credentials"), "true");
  assert.equal(
    (await send(at("/api"), { method: "POST", headers: { origin: "https://evil.example.com" } })).status,
    403,
  );
  assert.equal((await send(at("/api/logs"))).status, 401);
  assert.equal((await send(at("/logs"))).status, 401, "a proxy that cuts the path off is no worse");
  assert.match(await (await fetch(at("/api/docs"))).text(), /<html/);
  for (const inside of ["/api/metrics", "/api/readyz", "/apis", "/api//evil.example.com"]) {
    assert.equal((await send(at(inside))).status, 404, inside);
  }
  const headers = { "X-Forwarded-For": "203.0.113.7" };
  for (const inside of ["/metrics", "/readyz"]) assert.equal((await send(at(inside), { headers })).status, 404, inside);
});

test("when the service is not there, then 503 at once; when it does not answer, then 504", async () => {
  const { post, system } = await gateway({ REQUEST_TIMEOUT: "400" }, { "logger.write": () => delay(1_500) });
  const begun = performance.now();
  for (const via of ["mesh", "rest"]) {
    const gone = await post("/handle", { action: "auth", via, auth: { email: "a@example.com", password: "b" } });
    assert.equal(gone.status, 503);
    assert.equal(gone.body.code, "SERVICE_UNAVAILABLE");
    assert.equal(gone.headers.get("x-via"), via);
  }
  assert.ok(performance.now() - begun < 3_000);
  const late = await post("/handle", logBody);
  assert.equal(late.status, 504);
  assert.equal(late.body.code, "TIMEOUT");
  assert.ok(performance.now() - begun < 3_000);
  await delay(100);
  const broker = system.nodes.gateway?.broker as unknown as { _trackedContexts: unknown[] } | undefined;
  assert.equal(broker?._trackedContexts.length, 0, "nothing is left that a shutdown would wait for");
});

test("when a service fails in a way nobody foresaw, then 500 says nothing of it", async () => {
  const { post } = await gateway(
    {},
    {
      "logger.write": () => {
        throw new Error("password=hunter2 at /etc/passwd");
      },
    },
  );
  const reply = await post("/handle", logBody);
  assert.equal(reply.status, 500);
  assert.deepEqual(reply.body, { error: true, message: "something went wrong on our side", code: "INTERNAL" });
});

test("when the caller is unknown in production, then log and mail are closed and logins are not", async () => {
  const production = { NODE_ENV: "production", SESSION_KEY: "k".repeat(32), MONGO_URL: "mongodb://none" };
  const operations = {
    "logger.write": () => undefined,
    "auth.authenticate": () => ({ id: 1, email: "a@example.com", active: 1 }),
  };
  const closed = await gateway(production, operations);
  for (const [path, body] of [
    ["/handle", logBody],
    ["/handle", { action: "mail", mail: { to: "a@example.com", subject: "s", message: "m" } }],
    ["/log-rest", logBody],
    ["/log-mesh", logBody],
    ["/log-grpc", logBody],
    ["/log-rpc", logBody],
    ["/log-amqp", logBody],
    ...protocols.map((via) => ["/handle", { ...logBody, via }] as const),
  ] as const) {
    const reply = await closed.post(path, body);
    assert.equal(reply.status, 401, JSON.stringify([path, body]));
    assert.equal(reply.body.code, "UNAUTHENTICATED");
  }
  for (const path of ["/mesh", "/openapi.json"]) assert.equal((await send(closed.at(path))).status, 401, path);
  const login = await closed.post("/session", { email: "a@example.com", password: "b" });
  assert.equal(login.status, 202);
  assert.match(login.headers.get("set-cookie") ?? "", /; Secure$/);
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  assert.equal((await closed.post("/handle", logBody, { cookie })).status, 202);
  const bearer = { authorization: `Bearer ${cookie.split("=")[1]}` };
  assert.equal((await closed.post("/log-mesh", logBody, bearer)).status, 202);

  const open = await gateway({ ...production, OPEN_GATEWAY: "true" }, operations);
  assert.equal((await open.post("/handle", logBody)).status, 202);
  assert.equal((await send(open.at("/mesh"))).status, 200);
  assert.equal((await send(open.at("/logs"))).status, 401, "the log's pages stay closed");
});

test("when production has no SESSION_KEY, then the gateway does not start", () => {
  assert.throws(
    () => loadConfig({ NODE_ENV: "production", RABBIT_URL: "amqp://a" }, ["gateway"]),
    /^.*SESSION_KEY: not set; NODE_ENV=production needs it/s,
  );
});

test("when the node leaves, then what is in hand is answered with Connection: close, and streams end", async () => {
  const { system, at, post } = await gateway({}, { "logger.write": () => delay(300) });
  const stream = await EventReader.open(at("/mesh/stream"));
  const inHand = post("/handle", logBody);
  await delay(100);
  const stopping = system.nodes.gateway?.stop();
  const reply = await inHand;
  assert.equal(reply.status, 202);
  assert.equal(reply.headers.get("connection"), "close");
  await stream.ended;
  assert.deepEqual(stream.of("end")[0]?.data, { reason: "the node is shutting down" });
  await stopping;
});

test("when the message broker is not there, then the port answers, says what is missing, and nothing hangs", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "sixfold-away-"));
  stops.push(() => rm(dataDir, { recursive: true }));
  const config = loadConfig({
    RABBIT_URL: "amqp://127.0.0.1:1",
    GATEWAY_PORT: "0",
    LOG_LEVEL: "fatal",
    DATA_DIR: dataDir,
  });
  const node = await startNode(["gateway"], config);
  const { http } = node.broker.getLocalService("gateway") as unknown as WithHttp;
  const at = (path: string) => `http://127.0.0.1:${http.address.port}${path}`;
  try {
    const begun = performance.now();
    assert.equal((await send(at("/"))).status, 202, "its event waits");
    const reply = await send(at("/handle"), { method: "POST", body: logBody });
    assert.equal(reply.status, 503);
    assert.ok(performance.now() - begun < 3_000);
    const ready = await fetch(at("/readyz"));
    assert.equal(ready.status, 503);
    const { checks } = (await ready.json()) as { checks: Record<string, { ok: boolean }> };
    assert.equal(checks.rabbitmq?.ok, false);
    assert.equal(checks.mesh?.ok, false);
    assert.equal((await fetch(at("/healthz"))).status, 200);
  } finally {
    await node.stop();
  }
});

/** What is asked before a gateway gets requests, and by whom: containers' health checks, Kubernetes. */
const mayServe = async (at: (path: string) => string) => {
  const [started, ready] = await Promise.all(["/startedz", "/readyz"].map(async (path) => (await fetch(at(path))).ok));
  assert.equal(started, ready);
  return ready;
};

test("when a gateway has just joined the mesh, then it gets no request until it has seen whom it asks, and then for good", async () => {
  const { system, at, post } = await gateway({ START_PATIENCE: "600000" });
  assert.equal(await mayServe(at), false);
  await standFor(system, { "auth.authenticate": () => ({}), "logger.write": () => ({}) });
  const { checks } = (await (await fetch(at("/readyz"))).json()) as { checks: Record<string, { why?: string }> };
  assert.equal(checks.services?.why, "not seen in the mesh yet: mailer.send");
  assert.equal(await mayServe(at), false);
  await standFor(system, { "mailer.send": () => ({}) });
  assert.equal(await mayServe(at), true);
  for (const stop of stops.splice(1).reverse()) await stop();
  await eventually(async () => (await post("/handle", logBody)).status === 503 || undefined);
  assert.equal(await mayServe(at), true, "a later outage is no reason to have no gateway");
});

test("when nobody is in the mesh, then a gateway gets requests after a while all the same, and says who is missing", async () => {
  const { at, post } = await gateway({ START_PATIENCE: "200" });
  await eventually(async () => (await mayServe(at)) || undefined);
  const reply = await post("/handle", logBody);
  assert.equal(reply.status, 503);
  assert.equal(reply.body.code, "SERVICE_UNAVAILABLE");
});

test("when what comes is not HTTP, then that is answered in the envelope too", async () => {
  const { at } = await gateway();
  for (const text of [
    "rubbish\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    `GET / HTTP/1.1\r\nA: ${"x".repeat(20_000)}\r\n\r\n`,
  ]) {
    const answer = await rawHttp(at("/"), text);
    assert.match(
      answer,
      /^HTTP\/1\.1 4\d\d .*\r\n\r\n\{"error":true,.*"code":"MALFORMED_REQUEST"\}$/s,
      text.slice(0, 20),
    );
  }
});

test("whatever is sent, the answer is an envelope, never a fault of ours and never a stack", async () => {
  const { at } = await gateway({ RATE_LIMIT: "1000000" }, { "logger.write": () => undefined });
  const target = fc.oneof(
    fc.constantFrom(
      "/handle",
      "/log-rest",
      "/log-mesh",
      "/session",
      "/logs",
      "/mails/x",
      "/mesh",
      "//",
      "/%zz",
      "/logs/%ff",
    ),
    fc.webPath(),
    fc.string({ unit: "binary-ascii" }).map((text) => `/${encodeURI(text.replace(/[^\x21-\x7e]/g, ""))}`),
  );
  const field = fc.oneof(fc.anything(), fc.string(), fc.record({ name: fc.string(), data: fc.string() }));
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({
        action: fc.oneof(fc.constantFrom("log", "auth", "mail", "__proto__"), field),
        via: field,
        log: field,
        auth: field,
      })
      .map((payload) => {
        try {
          return JSON.stringify(payload);
        } catch {
          return "{}";
        }
      }),
  );
  const method = fc.constantFrom("GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "HEAD", "PROPFIND");
  const property = fc.asyncProperty(target, method, body, fc.string(), async (path, verb, content, header) => {
    const value = header.replace(/[^\x20-\x7e]/g, "");
    const head = `${verb} ${path.replace(/[^\x21-\x7e]/g, "")} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: sixfold_session=${value}\r\nX-Request-Id: ${value}\r\nAuthorization: Bearer ${value}\r\n`;
    const answer = await rawHttp(at("/"), `${head}Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`);
    const [, status = "0"] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
    assert.ok(Number(status) >= 200 && (Number(status) < 500 || Number(status) === 503), answer);
    assert.doesNotMatch(answer, /\n\s+at |node_modules/);
    const text = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    if (text !== "") {
      const envelope = JSON.parse(text) as { error: unknown; message: unknown };
      assert.equal(typeof envelope.error, "boolean");
      assert.equal(typeof envelope.message, "string");
    }
  });
  await fc.assert(property, { numRuns: 500 });
});
