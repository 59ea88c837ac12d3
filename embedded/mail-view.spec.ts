import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { mailView } from "./mail-view.ts";
import { Mailbox } from "./mailbox.ts";

const evil = "<script>alert(1)</script>";

test("a caught mail is shown to people, its HTML in a box where it can do nothing", async () => {
  const dir = await mkdtemp(join(tmpdir(), "mailbox-"));
  const mailbox = await Mailbox.open(dir);
  const view = mailView(mailbox).listen(0, "127.0.0.1");
  await once(view, "listening");
  const get = (path: string) => fetch(`http://127.0.0.1:${(view.address() as AddressInfo).port}${path}`);
  try {
    assert.match(await (await get("/")).text(), /Nothing yet/);
    const attachments = [{ filename: evil, mimeType: "text/plain", size: 3 }];
    await mailbox.add({
      from: "a@b.de",
      to: ["c@d.de"],
      subject: evil,
      text: evil,
      html: evil,
      messageId: "m",
      attachments,
    });
    const [mail] = (await (await get("/mails.json")).json()) as { id: string }[];
    for (const path of ["/", `/mails/${mail?.id}`]) {
      const page = await get(path);
      assert.ok(!(await page.text()).includes(evil), path);
      assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    }
    const html = await get(`/mails/${mail?.id}/html`);
    assert.equal(await html.text(), evil);
    assert.match(html.headers.get("content-security-policy") ?? "", /sandbox$/);
    for (const path of ["/mails/1-1", "/mails/..%2f..%2fpackage", "/else"])
      assert.equal((await get(path)).status, 404, path);
  } finally {
    view.close();
    await rm(dir, { recursive: true });
  }
});
