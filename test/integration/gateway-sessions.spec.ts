import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { EventReader, send } from "../support/http.ts";
import { type System, startSystem } from "../support/system.ts";

const frontend = "http://app.example.com";
const password = "a good long password";
let system: System;
before(async () => {
  system = await startSystem(["gateway", "auth", "logger"], { ALLOWED_ORIGINS: frontend, SESSION_LIFETIME: "10" });
});
after(() => system?.stop());

const at = (path: string) => system.url("gateway", path);
const auth = (action: string, params: object) => system.nodes.gateway?.broker.call(`auth.${action}`, params);

interface SignedIn {
  readonly cookie: string;
  readonly token: string;
  readonly setCookie: string;
}

async function signIn(email = "admin@example.com", secret = "verysecret"): Promise<SignedIn> {
  const reply = await send(at("/session"), { method: "POST", body: { email, password: secret } });
  assert.equal(reply.status, 202, JSON.stringify(reply.body));
  const setCookie = reply.headers.get("set-cookie") ?? "";
  const cookie = setCookie.split(";")[0] ?? "";
  return { cookie, token: cookie.split("=")[1] ?? "", setCookie };
}

async function createUser(email: string): Promise<number> {
  return ((await auth("createUser", { email, password })) as { id: number }).id;
}

test("when somebody signs in, then a cookie that scripts cannot read says who it is, until they sign out", async () => {
  const { cookie, setCookie } = await signIn();
  assert.match(setCookie, /; Path=\/; Max-Age=10; HttpOnly; SameSite=Strict$/);
  const who = await send(at("/session"), { headers: { cookie } });
  assert.equal(who.status, 200);
  const user = who.body.data as Record<string, unknown>;
  assert.equal(user.email, "admin@example.com");
  assert.ok(!JSON.stringify(user).includes("password"));

  const out = await send(at("/session"), { method: "DELETE", headers: { cookie } });
  assert.equal(out.status, 202);
  assert.match(out.headers.get("set-cookie") ?? "", /^sixfold_session=; .*Max-Age=0/);
  const after = await send(at("/session"), { headers: { cookie } });
  assert.equal(after.status, 401, "a copy of the cookie is worth nothing any more");
  assert.equal(after.body.code, "UNAUTHENTICATED");
});

test("when the password is wrong, then 401, no cookie, and the log tells of it", async () => {
  const body = { email: "admin@example.com", password: "wrong" };
  const reply = await send(at("/session"), { method: "POST", body });
  assert.equal(reply.status, 401);
  assert.equal(reply.body.message, "invalid credentials");
  assert.equal(reply.headers.get("set-cookie"), null);
});

test("when nobody is signed in, then the pages of log, mail and lab are closed", async () => {
  for (const [method, path] of [
    ["GET", "/logs"],
    ["GET", "/logs/1"],
    ["GET", "/logs/stream"],
    ["DELETE", "/logs/1"],
    ["DELETE", "/logs"],
    ["GET", "/mails"],
    ["GET", "/mails/1"],
    ["POST", "/mails/1/resend"],
    ["GET", "/mail-templates"],
    ["POST", "/mail-templates/message/preview"],
    ["GET", "/dead-letters"],
    ["POST", "/dead-letters/resend"],
    ["GET", "/lab"],
    ["POST", "/lab"],
    ["DELETE", "/lab"],
    ["GET", "/lab/stream"],
    ["GET", "/lab/reports"],
    ["GET", "/lab/reports/1"],
    ["GET", "/lab/reports/1/download"],
    ["GET", "/session"],
  ]) {
    const reply = await send(at(path ?? ""), { method });
    assert.equal(reply.status, 401, `${method} ${path}`);
    assert.equal(reply.body.code, "UNAUTHENTICATED");
  }
});

test("when the token comes as a bearer, then it is as good as the cookie; a forged one is not", async () => {
  const { token } = await signIn();
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await send(at("/logs"), { headers })).status, 200);
  const [head = "", claims = "", signature = ""] = token.split(".");
  const other = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(claims, "base64url").toString()), sid: "x" }));
  const unsigned = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
  for (const forged of [
    `${head}.${other.toString("base64url")}.${signature}`,
    `${unsigned}.${claims}.`,
    `${head}.${claims}.`,
    "x".repeat(10_000),
    "..",
    "",
  ]) {
    assert.equal((await send(at("/logs"), { headers: { authorization: `Bearer ${forged}` } })).status, 401, forged);
  }
});

test("when another site's page sends the cookie along, then it does not count, and nothing is changed", async () => {
  const { cookie } = await signIn();
  const foreign = { cookie, origin: "http://evil.example.com" };
  const cleared = await send(at("/logs"), { method: "DELETE", headers: foreign });
  assert.equal(cleared.status, 403);
  assert.equal(cleared.body.code, "FORBIDDEN");
  const read = await send(at("/logs"), { headers: foreign });
  assert.equal(read.status, 401);
  assert.equal(read.headers.get("access-control-allow-origin"), null);
  assert.equal((await send(at("/logs"), { headers: { cookie, "sec-fetch-site": "cross-site" } })).status, 401);
  assert.equal((await send(at("/logs"), { headers: { cookie, origin: frontend } })).status, 200);
});

test("when the session is in use past the half of its life, then it is renewed; unused it ends", async () => {
  const { cookie } = await signIn();
  await new Promise((resolve) => setTimeout(resolve, 6_500));
  const renewed = await send(at("/logs"), { headers: { cookie } });
  const fresh = renewed.headers.get("set-cookie")?.split(";")[0] ?? "";
  assert.match(fresh, /^sixfold_session=./);
  assert.notEqual(fresh, cookie);
  // The old one is past its end then, and the clocks' tolerance.
  await eventually(async () => (await send(at("/logs"), { headers: { cookie } })).status === 401 || undefined, 12_000);
});

test("when a user is deactivated, then the session is over at the next look", async () => {
  const id = await createUser("leaving@example.com");
  const { cookie } = await signIn("leaving@example.com", password);
  assert.equal((await send(at("/session"), { headers: { cookie } })).status, 200);
  await auth("deactivateUser", { id });
  const reply = await send(at("/session"), { headers: { cookie } });
  assert.equal(reply.status, 401);
  assert.match(reply.headers.get("set-cookie") ?? "", /Max-Age=0/);
});

test("when somebody signs out, then their live streams end", async () => {
  const { cookie } = await signIn();
  const stream = await EventReader.open(at("/logs/stream"), { cookie });
  assert.equal(stream.response.status, 200);
  await send(at("/session"), { method: "DELETE", headers: { cookie } });
  await stream.ended;
  assert.deepEqual(stream.of("end")[0]?.data, { reason: "signed out" });
});

test("when the session is about to end, then the stream ends before it, so that the browser can renew it", async () => {
  const { cookie } = await signIn();
  const begun = Date.now();
  const stream = await EventReader.open(at("/logs/stream"), { cookie });
  await stream.ended;
  const lasted = Date.now() - begun;
  assert.ok(lasted > 6_000 && lasted < 9_500, `${lasted} ms`);
  const again = await EventReader.open(at("/logs/stream"), { cookie });
  assert.match(again.response.headers.get("set-cookie") ?? "", /sixfold_session=./);
  await again.close();
});

test("when there is no SESSION_KEY, then one is made for its owner's eyes and kept", async () => {
  const file = join(system.dataDir, "session.key");
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal(Buffer.from(await readFile(file, "utf8"), "base64url").length, 32);
});
