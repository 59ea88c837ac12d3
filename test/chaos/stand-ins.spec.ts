// The servers that npm start brings along may die as any process may.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isReplaced, standInKinds } from "../../embedded/stand-ins.ts";
import { eventually } from "../support/eventually.ts";
import { send } from "../support/http.ts";
import { type Launched, launch } from "../support/launched.ts";
import { descendants } from "../support/started.ts";
import { queryUsers, storedLogs } from "../support/stores.ts";

/** On a busy machine, ms. */
const PATIENCE = 60_000;

let system: Launched;
before(async () => {
  system = await launch(["--only", "gateway,auth,logger,mailer"]);
});
after(() => system?.stop());

const handle = (body: object) => send(system.url("gateway", "/handle"), { method: "POST", body });
const works = (body: object) => eventually(async () => (await handle(body)).status === 202 || undefined, PATIENCE);
const login = { action: "auth", auth: { email: "admin@example.com", password: "verysecret" } };
const mail = (subject: string) => ({ action: "mail", mail: { to: "you@example.com", subject, message: "x" } });

async function killAndAwait(name: string): Promise<void> {
  const found = descendants(system.process.pid ?? 0).find(({ command }) => command.includes(`main.js ${name} `));
  assert.ok(found, `${name} runs`);
  process.kill(found.pid, "SIGKILL");
  await eventually(() => system.output().includes(`${name} is back`) || undefined, PATIENCE);
}

const skip = (name: string) => {
  const kind = standInKinds.find((one) => one.name === name);
  return kind !== undefined && isReplaced(kind, process.env)
    ? `a real server stands in its place (${kind.replacedBy[0]})`
    : false;
};

test("when Postgres is killed, then its users are there again and log in", { skip: skip("postgres") }, async () => {
  await works(login);
  const users = () => queryUsers<{ id: number; password: string }>(system, "SELECT id, password FROM users");
  const before = await users();
  await killAndAwait("postgres");
  await works(login);
  assert.deepEqual(await users(), before);
});

test("when the mail catcher is killed, then mails go on, and what it caught is there", {
  skip: skip("smtp"),
}, async () => {
  const caught = async () => {
    const response = await fetch(`${system.environment.MAIL_VIEW_URL}/mails.json`);
    return ((await response.json()) as { subject: string }[]).map(({ subject }) => subject);
  };
  await works(mail("before"));
  await killAndAwait("smtp");
  await works(mail("after"));
  await eventually(async () => (await caught()).includes("after") || undefined, PATIENCE);
  assert.ok((await caught()).includes("before"));
});

test("when the message broker is killed, then the mesh comes together again, and the screen says so without a stack", {
  skip: skip("amqp"),
}, async () => {
  const before = system.output().length;
  await killAndAwait("amqp");
  await works(login);
  await works({ action: "log", log: { name: "after", data: "the broker died" } });
  const said = system.output().slice(before);
  assert.match(said, /AMQP connection error\. \[Error: Unexpected close\]$/m);
  assert.doesNotMatch(said, /\| {5}at /);
  assert.ok((await storedLogs(system)).some(({ name }) => name === "after"));
});
