import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "../../config/load.ts";
import type { WithDocuments } from "../../mixins/document-store.mixin.ts";
import { startNode } from "../../node/node.ts";
import { eventually } from "../support/eventually.ts";
import { post } from "../support/post.ts";
import { needs } from "../support/require.ts";
import { type SmtpOptions, TestSmtp } from "../support/smtp-server.ts";
import { storedDocuments } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";

interface Row {
  id: string;
  to: string;
  status: string;
  attempts: number;
  reason?: string;
}

interface Mailing {
  readonly system: System;
  readonly smtp: TestSmtp;
  call<T>(action: string, params?: object): Promise<T>;
}

/** One mailer and a mail server of the test's own. */
async function mailing(options: SmtpOptions, work: (mailing: Mailing) => Promise<void>, more: Environment = {}) {
  const smtp = await TestSmtp.start(options);
  const environment = { ...smtp.environment, DSN: "host=127.0.0.1", MAIL_RETRY_DELAY: "50", ...more };
  const system = await startSystem(["mailer"], environment);
  const broker = system.nodes.mailer?.broker;
  try {
    await work({ system, smtp, call: (action, params = {}) => broker?.call(action, params) as never });
  } finally {
    await system.stop();
    await smtp.stop();
  }
}

const mail = { to: "you@example.com", subject: "Hello", message: "World" };

test("when a mail is sent, then it arrives once, plain and HTML, styled inline, and the store knows", () =>
  mailing({}, async ({ system, smtp, call }) => {
    const params = {
      from: "Me <me@example.com>",
      to: "you@example.com",
      subject: "Grüße",
      message: "<b>World</b>\nline 2",
    };
    const reply = await post(system.url("mailer", "/send"), params);
    assert.equal(reply.status, 202);
    assert.equal(reply.body.message, "sent to you@example.com");
    assert.equal(smtp.delivered.length, 1);
    const [delivered] = smtp.delivered;
    assert.deepEqual([delivered?.from, delivered?.to], ["me@example.com", ["you@example.com"]]);
    assert.equal(delivered?.mail.subject, "Grüße");
    assert.equal(delivered?.mail.from?.name, "Me");
    assert.match(delivered?.mail.text ?? "", /<b>World<\/b>\nline 2/);
    assert.match(delivered?.mail.html ?? "", /<p style="[^"]*pre-line[^"]*">&lt;b&gt;World&lt;\/b&gt;/);
    const [row] = (await call<{ rows: Row[] }>("mailer.list")).rows;
    assert.deepEqual([row?.status, row?.attempts], ["sent", 1]);
    const [stored] = await storedDocuments(system, "mail", "mails");
    assert.equal(stored?.status, "sent");
  }));

test("when a mail has no sender, then it comes from FROM_NAME and FROM_ADDRESS", () =>
  mailing(
    {},
    async ({ smtp, call }) => {
      await call("mailer.send", { ...mail, from: "" });
      assert.deepEqual(smtp.delivered[0]?.mail.from, { name: "The House", address: "house@example.org" });
    },
    { FROM_NAME: "The House", FROM_ADDRESS: "house@example.org" },
  ));

test("when the same id comes again, also at once, then the mail is sent once", () =>
  mailing({}, async ({ smtp, call }) => {
    const id = randomUUID();
    await Promise.all(Array.from({ length: 10 }, () => call("mailer.send", { ...mail, id })));
    await call("mailer.send", { ...mail, id });
    assert.equal(smtp.delivered.length, 1);
    assert.equal((await call<{ total: number }>("mailer.list")).total, 1);
  }));

test("when the mail server is away, then the mail is accepted, says why it waits, and goes out when it is back", () =>
  mailing({}, async ({ system, smtp, call }) => {
    await smtp.stop();
    const reply = await post(system.url("mailer", "/send"), mail);
    assert.equal(reply.status, 202);
    assert.equal((reply.body.data as Row).status, "queued");
    await Promise.all(Array.from({ length: 20 }, () => call("mailer.send", mail)));
    const waiting = await call<{ rows: Row[]; total: number }>("mailer.list", { status: "queued", pageSize: 100 });
    assert.equal(waiting.total, 21);
    assert.ok(waiting.rows.every(({ attempts }) => attempts === 0));
    assert.ok(waiting.rows.some(({ reason }) => /ECONNREFUSED/.test(reason ?? "")));
    const ready = async () => await (await fetch(system.url("mailer", "/readyz"))).text();
    await eventually(async () => (await ready()).includes('"smtp":{"ok":false') || undefined);
    await smtp.start();
    await eventually(() => smtp.delivered.length === 21 || undefined, 15_000);
    await eventually(
      async () => (await call<{ total: number }>("mailer.list", { status: "sent" })).total === 21 || undefined,
    );
    assert.equal(smtp.delivered.length, 21);
  }));

test("when the mailer ends while mails wait, then the next mailer on the same data sends them", async () => {
  const smtp = await TestSmtp.start();
  const environment = { ...smtp.environment, DSN: "host=127.0.0.1" };
  const system = await startSystem(["mailer"], environment);
  await smtp.stop();
  await system.nodes.mailer?.broker.call("mailer.send", { ...mail, wait: false });
  await system.nodes.mailer?.stop();
  await smtp.start();
  const next = await startNode(["mailer"], system.config);
  try {
    await eventually(() => smtp.delivered.length === 1 || undefined);
  } finally {
    await next.stop();
    await system.stop();
    await smtp.stop();
  }
});

test("when the server refuses for good, then 422 with its words, the mail is kept, and can be sent again", () => {
  const refusals = new Set(["you@example.com"]);
  const refuse = (address: string) => (refusals.has(address) ? { code: 550, message: "no such user here" } : undefined);
  return mailing({ refuse }, async ({ smtp, call }) => {
    await assert.rejects(call("mailer.send", { ...mail, id: "a" }), {
      type: "MAIL_REFUSED",
      code: 422,
      message: /no such user here/,
    });
    await assert.rejects(call("mailer.send", { ...mail, id: "a" }), { type: "MAIL_REFUSED" });
    const failed = await call<Row>("mailer.get", { id: "a" });
    assert.deepEqual([failed.status, failed.attempts], ["failed", 1]);
    assert.match(failed.reason ?? "", /550 no such user here/);
    refusals.clear();
    assert.equal((await call<Row>("mailer.resend", { id: "a" })).status, "sent");
    assert.equal(smtp.delivered.length, 1);
    await assert.rejects(call("mailer.resend", { id: "a" }), { type: "CONFLICT" });
    await assert.rejects(call("mailer.resend", { id: "b" }), { type: "NOT_FOUND" });
  });
});

test("when the server turns a mail away for now, then it is tried again, so often and no more", () => {
  let attempts = 0;
  const before = async (raw: string) => {
    attempts++;
    return raw.includes("Subject: Never") || attempts < 3 ? { code: 451, message: "greylisted" } : undefined;
  };
  return mailing(
    { before },
    async ({ smtp, call }) => {
      const first = await call<Row>("mailer.send", mail);
      assert.equal(first.status, "queued");
      assert.match(first.reason ?? "", /451 greylisted/);
      await eventually(() => smtp.delivered.length === 1 || undefined);
      await call("mailer.send", { ...mail, subject: "Never", id: "never" });
      const failed = await eventually(async () => {
        const row = await call<Row>("mailer.get", { id: "never" });
        return row.status === "failed" ? row : undefined;
      });
      assert.deepEqual([failed.attempts, attempts], [4, 3 + 4]);
    },
    { MAIL_ATTEMPTS: "4" },
  );
});

test("when one of several recipients is refused, then the others have it once, and only the one is tried again", () => {
  const refusals = new Set(["gone@example.com"]);
  const refuse = (address: string) => (refusals.has(address) ? { code: 550, message: "gone" } : undefined);
  return mailing({ refuse }, async ({ smtp, call }) => {
    const to = ["a@example.com", "gone@example.com", "b@example.com", "A@example.com"];
    await assert.rejects(call("mailer.send", { ...mail, to, id: "x" }), { message: /gone@example.com: 550 gone/ });
    refusals.clear();
    await call("mailer.resend", { id: "x" });
    assert.deepEqual(
      smtp.delivered.map((delivered) => delivered.to),
      [["A@example.com", "b@example.com"], ["gone@example.com"]],
    );
  });
});

test("when the server breaks off at one mail, then the others go out and that one fails in the end", () => {
  const smtpOptions: SmtpOptions = {
    refuse: () => undefined,
    before: async (raw) => (raw.includes("Subject: Poison") ? { code: 421, message: "cannot take this" } : undefined),
  };
  return mailing(
    smtpOptions,
    async ({ smtp, call }) => {
      await call("mailer.send", { ...mail, subject: "Poison", id: "poison" });
      await call("mailer.send", mail);
      await eventually(() => smtp.delivered.length === 1 || undefined);
      const poison = () => call<Row>("mailer.get", { id: "poison" });
      await eventually(async () => (await poison()).status === "failed" || undefined, 15_000);
    },
    { MAIL_ATTEMPTS: "3" },
  );
});

test("when a header could be smuggled in, then 400 names the field and nothing is kept", () =>
  mailing({}, async ({ system, smtp, call }) => {
    const content = Buffer.from("x").toString("base64");
    const evil = "x\r\nBcc: victim@example.com";
    const cases: [string, object][] = [
      ["subject", { subject: evil }],
      ["to", { to: `you@example.com\r\nBcc: victim@example.com` }],
      ["to", { to: ["you@example.com", "you@example.com\nx"] }],
      ["from", { from: "me@example.com\rBcc: victim@example.com" }],
      ["from", { from: '"Me\nBcc: victim@example.com" <me@example.com>' }],
      ["id", { id: evil }],
      ["attachments[0].filename", { attachments: [{ filename: `a\r\nX: y`, content }] }],
      ["attachments[0].contentType", { attachments: [{ filename: "a", content, contentType: "text/plain\r\nX: y" }] }],
    ];
    for (const [field, change] of cases) {
      const reply = await post(system.url("mailer", "/send"), { ...mail, ...change });
      assert.equal(reply.status, 400, field);
      assert.equal(reply.body.code, "VALIDATION_FAILED");
      assert.ok(reply.body.message.includes(`"${field}"`), `${field}: ${reply.body.message}`);
    }
    assert.equal((await call<{ total: number }>("mailer.list")).total, 0);
    assert.equal(smtp.delivered.length, 0);
  }));

test("when something is missing, wrong or too much, then 400 names the field", () =>
  mailing(
    {},
    async ({ system }) => {
      const content = Buffer.alloc(600).toString("base64");
      const cases: [string, object][] = [
        ["to", { to: undefined }],
        ["to", { to: "" }],
        ["to", { to: "nobody" }],
        ["to", { to: 5 }],
        ["to", { to: Array.from({ length: 51 }, (_, index) => `u${index}@example.com`) }],
        ["to", { to: Array.from({ length: 51 }, (_, index) => `u${index}@example.com`).join(",") }],
        ["from", { from: "me" }],
        ["subject", { subject: undefined }],
        ["subject", { subject: "x".repeat(999) }],
        ["message", { message: undefined }],
        ["template", { template: "../../etc/passwd" }],
        ["variables.name", { template: "alert" }],
        ["attachments", { attachments: Array.from({ length: 11 }, () => ({ filename: "a", content: "" })) }],
        [
          "attachments",
          {
            attachments: [
              { filename: "a", content },
              { filename: "b", content },
            ],
          },
        ],
        ["attachments[0].content", { attachments: [{ filename: "a", content: "not base64!" }] }],
        ["attachments[0].filename", { attachments: [{ filename: "../a", content: "" }] }],
      ];
      for (const [field, change] of cases) {
        const reply = await post(system.url("mailer", "/send"), { ...mail, ...change });
        assert.equal(reply.status, 400, `${field}: ${JSON.stringify(reply.body)}`);
        assert.ok(reply.body.message.includes(`"${field}"`), `${field}: ${reply.body.message}`);
      }
    },
    { MAIL_ATTACHMENTS_LIMIT: "1000" },
  ));

test("when a mail has attachments, then they arrive as they were, and the store lets go of them", () =>
  mailing({}, async ({ system, smtp, call }) => {
    const bytes = Buffer.from([0, 255, 13, 10, 1]);
    const attachments = [
      { filename: "überblick.bin", content: bytes.toString("base64"), contentType: "application/x-test" },
    ];
    await call("mailer.send", { ...mail, attachments, id: "with" });
    const [arrived] = smtp.delivered[0]?.mail.attachments ?? [];
    assert.deepEqual([arrived?.filename, arrived?.mimeType], ["überblick.bin", "application/x-test"]);
    assert.deepEqual(Buffer.from(arrived?.content as ArrayBuffer), bytes);
    const kept = await call<{ attachments: object[] }>("mailer.get", { id: "with" });
    assert.deepEqual(kept.attachments, [{ filename: "überblick.bin", content_type: "application/x-test", size: 5 }]);
    const [stored] = await storedDocuments(system, "mail", "mails");
    assert.ok(!JSON.stringify(stored).includes(bytes.toString("base64")));
  }));

test("when a template is previewed, then it is shown with what is given or samples, and nothing is sent", () =>
  mailing({}, async ({ smtp, call }) => {
    const templates = await call<{ name: string; variables: string[] }[]>("mailer.templates");
    assert.deepEqual(
      templates.map(({ name }) => name),
      ["message", "welcome", "alert"],
    );
    for (const { name, variables } of templates) {
      const given = Object.fromEntries(variables.map((variable) => [variable, `<i>${variable}</i>`]));
      const shown = await call<{ subject: string; html: string; text: string }>("mailer.preview", {
        template: name,
        variables: given,
      });
      assert.ok(!shown.html.includes("<i>") && shown.html.includes("&lt;i&gt;"), name);
      assert.ok(shown.text.includes("<i>"), name);
    }
    const sample = await call<{ subject: string }>("mailer.preview", {
      template: "welcome",
      variables: { first_name: "Grace\r\nX: y" },
    });
    assert.equal(sample.subject, "Welcome, Grace X: y");
    assert.equal(smtp.delivered.length, 0);
  }));

test("when too many mails wait, then the next is refused as OVERLOADED", () =>
  mailing(
    {},
    async ({ smtp, call }) => {
      await smtp.stop();
      await call("mailer.send", mail);
      await call("mailer.send", mail);
      await assert.rejects(call("mailer.send", mail), { type: "OVERLOADED", code: 503 });
    },
    { MAIL_QUEUE_LIMIT: "2" },
  ));

test("when the server's certificate is not trusted, then nothing is told to it and the mail waits", () =>
  mailing(
    { disabledCommands: [] },
    async ({ smtp, call }) => {
      const row = await call<Row>("mailer.send", mail);
      assert.equal(row.status, "queued");
      assert.match((await call<{ rows: Row[] }>("mailer.list")).rows[0]?.reason ?? "", /certificate/i);
      assert.equal(smtp.delivered.length, 0);
    },
    { MAIL_ENCRYPTION: "tls", MAIL_USERNAME: "me", MAIL_PASSWORD: "secret" },
  ));

test("when STARTTLS is required and not offered, then neither password nor mail goes out", () =>
  mailing(
    { disabledCommands: ["STARTTLS"], allowInsecureAuth: true },
    async ({ smtp, call }) => {
      assert.equal((await call<Row>("mailer.send", mail)).status, "queued");
      assert.equal(smtp.delivered.length, 0);
    },
    { MAIL_ENCRYPTION: "tls", MAIL_USERNAME: "me", MAIL_PASSWORD: "secret" },
  ));

test("when a mailer died with a mail in hand, then the mail is sent when its claim has run out, not before", () =>
  mailing({}, async ({ system, smtp, call }) => {
    await smtp.stop();
    for (const id of ["dead", "alive"]) await call("mailer.send", { ...mail, id });
    const service: unknown = system.nodes.mailer?.broker.getLocalService("mailer");
    const { documents } = service as WithDocuments;
    const claim = (ms: number) => ({ $set: { claim: "another mailer", next_at: new Date(Date.now() + ms) } });
    const stored = await documents.updateById("dead", claim(-1));
    // Another one died earlier still: with the ticket for the turn, before it had the claim.
    const turn = (stored as unknown as { next_at: Date }).next_at.getTime();
    await documents.insert({ _id: `turn/${turn}/dead`, done_at: new Date(Date.now() - 61_000) });
    await documents.updateById("alive", claim(60_000));
    await smtp.start();
    await eventually(() => smtp.delivered.length === 1 || undefined);
    await delay(1_500);
    assert.equal(smtp.delivered.length, 1);
    assert.equal((await call<Row>("mailer.get", { id: "dead" })).status, "sent");
    assert.equal((await call<Row>("mailer.get", { id: "alive" })).status, "queued");
  }));

test(
  "when several mailers share the store, then no mail is sent twice, in and after an outage",
  { skip: needs("mongo") },
  () =>
    mailing({}, async ({ system, smtp, call }) => {
      const others = await Promise.all([1, 2].map(() => startNode(["mailer"], system.config)));
      try {
        await Promise.all(others.map(({ joined }) => joined));
        await smtp.stop();
        const ids = Array.from({ length: 60 }, (_, index) => `m${index}`);
        // A time-out says nothing of what was done: with its id the mail can be given again.
        const give = (more: object) => eventually(() => call("mailer.send", { ...mail, ...more }), 60_000);
        await Promise.all(ids.map((id) => give({ id, wait: false })));
        await smtp.start();
        await Promise.all(ids.map((id) => give({ id: `${id}b` })));
        await eventually(() => smtp.delivered.length >= 120 || undefined, 60_000);
        await delay(2_500);
        const sent = smtp.delivered.map((delivered) => delivered.mail.messageId);
        assert.deepEqual([sent.length, new Set(sent).size], [120, 120]);
        assert.equal((await call<{ total: number }>("mailer.list", { status: "sent" })).total, 120);
      } finally {
        await Promise.all(others.map((node) => node.stop()));
      }
    }),
);
