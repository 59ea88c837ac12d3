import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Mailbox } from "../../embedded/mailbox.ts";
import { eventually } from "../support/eventually.ts";
import { type Launched, launch } from "../support/launched.ts";
import { post } from "../support/post.ts";
import { storedLogs } from "../support/stores.ts";

let system: Launched;
before(async () => {
  system = await launch();
});
after(() => system?.stop());

const handle = (body: unknown) => post(system.url("gateway", "/handle"), body);

test("the processes that npm start starts do what they answer", async () => {
  const auth = await handle({ action: "auth", auth: { email: "admin@example.com", password: "verysecret" } });
  assert.equal(auth.status, 202);
  const log = await handle({ action: "log", log: { name: "event", data: "end to end" } });
  assert.equal(log.status, 202);
  const mail = await handle({
    action: "mail",
    mail: { from: "me@example.com", to: "you@example.com", subject: "End to end", message: "Hi" },
  });
  assert.equal(mail.status, 202);

  await eventually(async () => {
    const stored = JSON.stringify(await storedLogs(system));
    return (stored.includes("end to end") && stored.includes("valid login for admin@example.com")) || undefined;
  });
  const mails = await (await Mailbox.open(join(system.dataDir, "mail"))).list();
  assert.equal(mails[0]?.subject, "End to end");
});

test("the page finds the gateway", async () => {
  const page = await fetch(system.url("frontend", "/"));
  assert.match(await page.text(), /<title>Sixfold/);
  const config = (await (await fetch(system.url("frontend", "/config.json"))).json()) as { gatewayUrl: string };
  assert.equal(`${config.gatewayUrl}/ping`, system.url("gateway", "/ping"));
});
