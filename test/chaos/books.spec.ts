// Everything fails once while the system works: each server, and each node. Then the books are balanced.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect, type Options } from "amqplib";
import { nodeNames } from "../../config/entry.ts";
import { loadConfig } from "../../config/load.ts";
import { codes } from "../../errors/codes.ts";
import { toCodedError } from "../../errors/index.ts";
import { startNode } from "../../node/node.ts";
import { eventually } from "../support/eventually.ts";
import { send } from "../support/http.ts";
import { differences, Load } from "../support/load.ts";
import { besiege, PATIENCE, ready, type Siege } from "../support/siege.ts";
import { storedDocuments, storedLogs } from "../support/stores.ts";

/** What an answer may take while something is away, ms: REQUEST_TIMEOUT, and a busy machine. */
const BOUND = 10_000;
/** Mails that a killed mailer had in hand are another's after a minute; the last of them go out after that, ms. */
const SETTLED = 100_000;
/** The gateway waits so long for the broker to confirm its event; an answer that took less came after that, ms. */
const CONFIRMED = 100;

const admin = { email: "admin@example.com", password: "verysecret" };

test("when every server and every node fails once under load, then all that was accepted is there once", async (context) => {
  const siege = await besiege(context);
  const handle = (body: object) => send(siege.url("gateway", "/handle"), { method: "POST", body });
  const login = () => handle({ action: "auth", auth: admin });
  const early: string[] = [];

  await context.test(
    "when no server is there at the start, then each node answers and says what is missing",
    async () => {
      for (const node of nodeNames) {
        const ping = await eventually(() => fetch(siege.url(node, "/ping")), PATIENCE);
        assert.equal(await ping.text(), ".");
      }
      for (const node of ["gateway", "auth", "logger", "mailer", "listener"] as const) {
        const response = await fetch(siege.url(node, "/readyz"));
        assert.equal(response.status, 503, node);
        assert.match(await response.text(), /"ok":false,"why":"[^"]+"/);
      }
      await bounded(async () => refused(await login(), "SERVICE_UNAVAILABLE"));
      await bounded(async () => refused(await toAuth(siege), "DEPENDENCY_UNAVAILABLE"));
      if (siege.to.mongo !== undefined) {
        await bounded(async () => refused(await toLogger(siege, "early"), "DEPENDENCY_UNAVAILABLE"));
        await bounded(async () => refused(await toMailer(siege, "early"), "DEPENDENCY_UNAVAILABLE"));
        return;
      }
      // Their files, once they are open, want no server; a mail is kept until there is one.
      for (const give of [toLogger, toMailer]) {
        await eventually(async () => (await give(siege, "early")).status === 202 || undefined, PATIENCE);
      }
      early.push("early");
    },
  );

  await context.test("when the servers come, one after another, then each node goes on by itself", async () => {
    await siege.to.mongo?.restore();
    await siege.to.postgres.restore();
    await eventually(async () => (await toAuth(siege)).status === 202 || undefined, PATIENCE);
    await siege.to.smtp.restore();
    if (early.length > 0) await eventually(() => delivered(siege).includes("early") || undefined, PATIENCE);
    await siege.to.amqp.restore();
    await siege.launcher.said("Ready after");
    for (const node of nodeNames) await ready(siege.url(node, "/readyz"));
    assert.equal((await login()).status, 202);
  });

  const { load, gateway } = await startLoad(siege);
  await load.lasts(1_000);

  // The mailer first: what it had in hand takes the longest.
  for (const node of ["mailer", "logger", "auth", "listener", "gateway", "frontend"] as const) {
    await context.test(`when ${node} is killed, then it is back and the work goes on`, async () => {
      gateway.mayBeAway = node === "gateway";
      await load.lasts(1_000);
      await siege.killAndAwait(node);
      await eventually(async () => (await login()).status === 202 || undefined, PATIENCE);
      gateway.mayBeAway = false;
      await load.lasts(1_000);
    });
  }

  await context.test("when Postgres is away, then logins are 503 and the rest goes on; then it is back", async () => {
    await siege.to.postgres.cut();
    await bounded(async () => refused(await login(), "DEPENDENCY_UNAVAILABLE"));
    await bounded(async () => assert.equal((await handle(logOf("while Postgres is away"))).status, 202));
    await load.lasts(1_000);
    await siege.to.postgres.restore();
    await eventually(async () => (await login()).status === 202 || undefined, PATIENCE);
  });

  await context.test("when the mail server is away, then mails are kept; then they go out", async () => {
    await siege.to.smtp.cut();
    const mail = { to: "you@example.com", subject: "while the mail server is away", message: "x" };
    await bounded(async () => assert.equal((await handle({ action: "mail", mail })).status, 202));
    const [kept] = (await storedDocuments(siege, "mail", "mails")).filter(({ subject }) => subject === mail.subject);
    assert.equal(kept?.status, "queued");
    await siege.to.smtp.restore();
    // Behind all that the load has sent.
    await eventually(() => delivered(siege).includes(mail.subject) || undefined, SETTLED);
  });

  await context.test(
    "when the document store is away, then writing is 503 and logins go on; then it is back",
    { skip: siege.to.mongo === undefined ? "the document store is a file here (MONGO_URL)" : false },
    async () => {
      await siege.to.mongo?.cut();
      await bounded(async () => refused(await handle(logOf("too early")), "DEPENDENCY_UNAVAILABLE", "TIMEOUT"));
      await bounded(async () => assert.equal((await login()).status, 202));
      await siege.to.mongo?.restore();
      await eventually(async () => (await handle(logOf("in time"))).status === 202 || undefined, PATIENCE);
    },
  );

  for (const [how, lose] of [
    ["says nothing any more", async () => siege.to.amqp.freeze()],
    ["is away", () => siege.to.amqp.cut()],
  ] as const) {
    await context.test(`when the message broker ${how}, then the mesh is 503 or 504; then it is back`, async () => {
      await lose();
      await bounded(async () => refused(await login(), "SERVICE_UNAVAILABLE", "TIMEOUT"));
      await bounded(async () => assert.equal((await toAuth(siege)).status, 202, "auth's own port needs no mesh"));
      await bounded(async () =>
        assert.equal((await send(siege.url("gateway", "/"))).status, 202, "its event waits for the broker"),
      );
      await siege.to.amqp.cut();
      await siege.to.amqp.restore();
      await eventually(async () => (await login()).status === 202 || undefined, PATIENCE);
      await load.lasts(1_000);
    });
  }

  await context.test("no answer was anything but done, 503 or 504, and none was late", async () => {
    await load.stop();
    assert.deepEqual(load.faults, []);
    context.diagnostic(`the longest answer took ${Math.round(load.slowest)} ms`);
    assert.ok(load.slowest < BOUND, `somebody waited for ${load.slowest} ms`);
    for (const [kind, page] of Object.entries(load.pages)) {
      const accepted = [...page.values()].filter(Boolean).length;
      context.diagnostic(`${kind}: ${page.size} asked for, ${accepted} accepted`);
      assert.ok(accepted >= 10, `${kind}: the load did load something`);
    }
  });

  await context.test("the books balance", async () => {
    await eventually(async () => {
      const differing = await balance(siege, load.pages);
      if (differing.length === 0) return true;
      await delay(1_000);
      throw new Error(`${differing.length} differences:\n${differing.slice(0, 20).join("\n")}`);
    }, SETTLED);
    await delay(1_500);
    assert.deepEqual(await balance(siege, load.pages), [], "nothing came a second time after that");
    assert.equal(await count(siege, "listener.events"), 0);
    assert.equal(await count(siege, "listener.events.dead"), 0);
  });
});

type Kind = "log" | "mail" | "event" | "eventWithoutId" | "hit" | "user";
type Pages = Load<Kind>["pages"];

async function startLoad(siege: Siege): Promise<{ load: Load<Kind>; gateway: { mayBeAway: boolean } }> {
  const gateway = { mayBeAway: false };
  const asked = async (path: string, id: string, body?: object): Promise<boolean> => {
    const couldBeAway = gateway.mayBeAway;
    try {
      const headers = { "X-Request-Id": id };
      const reply = await send(siege.url("gateway", path), { method: "POST", headers, body });
      if (reply.status !== 202) refused(reply, "SERVICE_UNAVAILABLE", "DEPENDENCY_UNAVAILABLE", "TIMEOUT");
      return reply.status === 202;
    } catch (error) {
      const unreachable = error instanceof TypeError;
      if (unreachable && (couldBeAway || gateway.mayBeAway)) return false;
      throw error;
    }
  };

  // Both past the proxies: a producer and a node that nothing happens to.
  const connection = await connect(String(siege.environment.RABBIT_URL));
  const channel = await connection.createConfirmChannel();
  const node = await startNode([], loadConfig({ ...siege.environment, LOG_LEVEL: "fatal" }, []));
  await node.joined;
  await node.broker.waitForServices("auth", PATIENCE);
  const published = (data: string, options: Options.Publish): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const content = Buffer.from(JSON.stringify({ name: "book", data }));
      channel.publish("logs_topic", "log.INFO", content, options, (error: Error | null) =>
        error === null ? resolve(true) : reject(error),
      );
    });

  const load = new Load<Kind>({
    log: { share: 6, ask: (id) => asked("/handle", id, logOf(id)) },
    mail: {
      share: 5,
      ask: (id) => asked("/handle", id, { action: "mail", mail: { to: "you@example.com", subject: id, message: id } }),
    },
    event: { share: 3, ask: (id) => published(id, { messageId: id }) },
    // As the Go course's producer does it.
    eventWithoutId: { share: 2, ask: (id) => published(id, { contentType: "text/plain", persistent: false }) },
    hit: {
      share: 3,
      ask: async (id) => {
        const begun = performance.now();
        const accepted = await asked("/", id);
        // Unconfirmed it waits in the gateway's memory, which is safe as long as the gateway lives.
        return accepted && (!gateway.mayBeAway || performance.now() - begun < CONFIRMED);
      },
    },
    user: {
      share: 1,
      ask: async (id) => {
        try {
          await node.broker.call("auth.createUser", { email: `${id}@example.com`, password: "long enough" });
          return true;
        } catch (error) {
          const { type } = toCodedError(error);
          // CONFLICT: the one who made the user was killed before it could say so, and the request came to its successor.
          if (codes[type].retryable || type === "CONFLICT") return false;
          throw error;
        }
      },
    },
  });
  siege.beforeEnd(async () => {
    await load.stop();
    await node.stop();
    await connection.close();
  });
  load.start();
  return { load, gateway };
}

/** What was asked for against what the stores have, looked into directly. */
async function balance(siege: Siege, pages: Pages): Promise<string[]> {
  const [logs, mails, users] = await Promise.all([
    storedLogs(siege),
    storedDocuments(siege, "mail", "mails"),
    siege.database.query<{ email: string }>("SELECT email FROM users"),
  ]);
  const entries = (name: string) => logs.filter((entry) => entry.name === name);
  const accountOf = (email: unknown) => String(email).replace("@example.com", "");
  const created = entries("user.created").map(({ data }) =>
    accountOf((JSON.parse(String(data)) as { email: string }).email),
  );
  const sent = mails.filter(({ status }) => status === "sent");
  const welcomed = sent.flatMap(({ template, to }) =>
    template === "welcome" ? (to as { address: string }[]).map(({ address }) => accountOf(address)) : [],
  );
  const arrived = new Map(siege.smtp.delivered.map(({ mail }) => [mail.messageId, mail.subject]));
  const booked = entries("book").map(({ data }) => data);
  return [
    ...differences(pages.log, booked),
    ...differences(pages.event, booked),
    // None is lost. An acknowledgement may be, with the connection: then the event comes again, and has no id to be known by.
    ...differences(pages.eventWithoutId, [...new Set(booked)]),
    ...differences(
      pages.hit,
      entries("broker_hit").map(({ request_id }) => request_id),
    ),
    ...differences(
      pages.mail,
      mails.map(({ subject }) => subject),
    ),
    ...differences(
      pages.mail,
      sent.map(({ subject }) => subject),
    ).map((line) => `as sent, ${line}`),
    // SMTP knows no once: a mail whose "250" was lost comes again, under the id by which a mailbox knows it.
    ...differences(pages.mail, [...arrived.values()]).map((line) => `in the mailbox, ${line}`),
    ...differences(
      pages.user,
      users.map(({ email }) => accountOf(email)),
    ),
    ...differences(pages.user, created).map((line) => `as told in the log, ${line}`),
    ...differences(pages.user, welcomed).map((line) => `as welcomed, ${line}`),
  ];
}

const logOf = (data: string) => ({ action: "log", log: { name: "book", data } });
const delivered = ({ smtp }: Siege) => smtp.delivered.map(({ mail }) => mail.subject);
const toAuth = (siege: Siege) => send(siege.url("auth", "/authenticate"), { method: "POST", body: admin });
const toLogger = (siege: Siege, data: string) =>
  send(siege.url("logger", "/log"), { method: "POST", body: { name: "book", data } });
const toMailer = (siege: Siege, subject: string) =>
  send(siege.url("mailer", "/send"), { method: "POST", body: { to: "you@example.com", subject, message: "x" } });

type Reply = Awaited<ReturnType<typeof send>>;

function refused({ status, body }: Reply, ...allowed: readonly string[]): void {
  const told = `${status} ${JSON.stringify(body)}`;
  assert.ok(body.error && allowed.includes(body.code ?? ""), told);
  assert.equal(status, body.code === "TIMEOUT" ? 504 : 503, told);
}

async function bounded(work: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  await work();
  const took = performance.now() - begun;
  assert.ok(took < BOUND, `it took ${took} ms`);
}

async function count({ environment }: Siege, queue: string): Promise<number> {
  const connection = await connect(String(environment.RABBIT_URL));
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  await connection.close();
  return messageCount;
}
