import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Mailbox } from "../../embedded/mailbox.ts";
import { eventually } from "../support/eventually.ts";
import { post } from "../support/post.ts";
import { storedLogs } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
before(async () => {
  system = await startSystem();
});
after(() => system?.stop());

const handle = (body: unknown) => post(system.url("gateway", "/handle"), body);
const log = async () => JSON.stringify(await storedLogs(system));

test("when the right password is given, then the user comes back and the log tells of it", async () => {
  const reply = await handle({ action: "auth", auth: { email: "admin@example.com", password: "verysecret" } });
  assert.equal(reply.status, 202);
  assert.equal(reply.body.message, "Authenticated!");
  assert.equal((reply.body.data as { email: string }).email, "admin@example.com");
  assert.ok(!JSON.stringify(reply.body).includes("password"));
  await eventually(async () => (await log()).includes("valid login for admin@example.com") || undefined);
});

test("when the password is wrong, then 401", async () => {
  const reply = await handle({ action: "auth", auth: { email: "admin@example.com", password: "wrong" } });
  assert.equal(reply.status, 401);
  assert.deepEqual(reply.body, { error: true, message: "invalid credentials", code: "INVALID_CREDENTIALS" });
});

test("when a log entry was answered, then it is stored", async () => {
  const reply = await handle({ action: "log", log: { name: "event", data: "through the gateway" } });
  assert.equal(reply.status, 202);
  assert.equal(reply.body.message, "Processed payload via RPC: event");
  assert.match(await log(), /through the gateway/);
});

test("when a mail was answered, then it is in the mailbox, plain and HTML", async () => {
  const mail = { from: "me@example.com", to: "you@example.com", subject: "Hello", message: "<b>World</b>" };
  const reply = await handle({ action: "mail", mail });
  assert.equal(reply.body.message, "Message sent to you@example.com");
  const [caught] = await (await Mailbox.open(join(system.dataDir, "mail"))).list();
  assert.equal(caught?.subject, "Hello");
  assert.match(caught?.text ?? "", /<b>World<\/b>/);
  assert.match(caught?.html ?? "", /&lt;b&gt;World/);
});

test("when the action is unknown, then 400", async () => {
  const reply = await handle({ action: "fly" });
  assert.equal(reply.status, 400);
  assert.equal(reply.body.message, "unknown action");
});

test("every node says that it is alive and ready", async () => {
  for (const name of ["frontend", "gateway", "auth", "logger", "mailer", "listener", "lab"] as const) {
    assert.equal(await (await fetch(system.url(name, "/ping"))).text(), ".");
    const ready = await fetch(system.url(name, "/readyz"));
    assert.equal(ready.status, 200, `${name}: ${await ready.text()}`);
  }
});
