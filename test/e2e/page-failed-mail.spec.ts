import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Browser, barriers, openBrowser, visit } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { type Launched, launch } from "../support/launched.ts";
import { post } from "../support/post.ts";
import { needs } from "../support/require.ts";
import { TestSmtp } from "../support/smtp-server.ts";

const skip = needs("browser");
let smtp: TestSmtp;
let system: Launched;
let browser: Browser;

before(async () => {
  if (skip) return;
  smtp = await TestSmtp.start({ refuse: () => ({ code: 550, message: "no such user here" }) });
  [system, browser] = await Promise.all([launch([], smtp.environment), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await system?.stop();
  await smtp?.stop();
});

test("when the mail server refuses a mail, then the page shows the reason, and sends it again when it is asked to", {
  skip,
}, async () => {
  await post(system.url("gateway", "/handle"), {
    action: "mail",
    mail: { from: "me@example.com", to: "nobody@example.com", subject: "Refused", message: "Hello" },
  });
  const { page, complaints, close } = await visit(browser, `${system.url("frontend", "/")}#/mail?status=failed`);
  await page.getByLabel("Email").fill("admin@example.com");
  await page.getByLabel("Password").fill("verysecret");
  await page.getByRole("button", { name: "Sign in" }).click();
  const row = page.locator(".mail-rows tbody tr", { hasText: "Refused" });
  await row.waitFor();
  assert.match((await row.textContent()) ?? "", /failed[\s\S]*550[\s\S]*no such user here/);
  assert.equal(await page.getByRole("link", { name: "Open the caught mail" }).count(), 0, "nothing is caught here");
  assert.deepEqual(await barriers(page), []);

  smtp.options = {};
  await row.getByRole("button", { name: "Send again" }).click();
  await page.getByText("No mail is failed").waitFor();
  await eventually(() => smtp.delivered.find(({ mail }) => mail.subject === "Refused"));
  await page.getByLabel("Status").selectOption("sent");
  await row.waitFor();
  assert.deepEqual(complaints(), []);
  await close();
});
