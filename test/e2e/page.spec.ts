import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { nodeNames } from "../../config/entry.ts";
import { Mailbox } from "../../embedded/mailbox.ts";
import {
  type Browser,
  barriers,
  type Locator,
  openBrowser,
  overflow,
  type Page,
  signIn,
  type Visit,
  visit,
} from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { type Launched, launch } from "../support/launched.ts";
import { post } from "../support/post.ts";
import { needs } from "../support/require.ts";
import { storedLogs } from "../support/stores.ts";

const skip = needs("browser");
let system: Launched;
let browser: Browser;
let desk: Visit;
let page: Page;

before(async () => {
  if (skip) return;
  [system, browser] = await Promise.all([launch(), openBrowser()]);
  desk = await visit(browser, system.url("frontend", "/"));
  page = desk.page;
});
after(async () => {
  await browser?.close();
  await system?.stop();
});

const storedWith = (text: string) =>
  eventually(async () => (await storedLogs(system)).find((entry) => JSON.stringify(entry).includes(text)));

const textOf = async (where: Locator) => (await where.textContent()) ?? "";
const goTo = async (view: string, on: Page = page) => {
  await on.goto(`${system.url("frontend", "/")}#/${view}`);
  await on.locator("h1").waitFor();
};
const choose = (name: string) => page.getByRole("button", { name: new RegExp(`^${name}( |$)`) }).click();
const payload = () => page.getByRole("textbox", { name: "Payload" });
const sent = () => page.getByRole("region", { name: "Sent payload" });
const received = () => page.getByRole("region", { name: "Received answer" });
const write = (data: string, more: object = {}) =>
  post(system.url("gateway", "/handle"), { action: "log", log: { name: "page", data, ...more } });

test("when the page is asked for, then it comes compressed, kept by its name, under a policy without unsafe-inline", {
  skip,
}, async () => {
  const answer = await fetch(system.url("frontend", "/"));
  const policy = answer.headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  const script = /src="(assets\/main-[A-Z0-9]{8}\.js)"/.exec(await answer.text())?.[1];
  const file = await fetch(system.url("frontend", `/${script}`), { headers: { "Accept-Encoding": "br" } });
  assert.equal(file.headers.get("content-encoding"), "br");
  assert.match(file.headers.get("cache-control") ?? "", /immutable/);
});

test("the page leads to the one that shows the gateway's API", { skip }, async () => {
  const href = await page.getByRole("link", { name: "The whole API" }).getAttribute("href");
  assert.equal(href, system.url("gateway", "/docs"));
  assert.equal((await fetch(String(href))).status, 200);
});

test("when Broker is sent, then the gateway answers and the log has its event", { skip }, async () => {
  await page.getByRole("button", { name: "Send Broker" }).click();
  await page.getByText("Received request").first().waitFor();
  assert.match(await textOf(received()), /"error": false/);
  await storedWith("broker_hit");
});

test("when Auth is sent, then the user comes back, and the time line says who answered and how long each hop took", {
  skip,
}, async () => {
  await page.getByRole("button", { name: "Send Auth" }).click();
  await page.getByText("Authenticated!").first().waitFor();
  assert.match(await textOf(sent()), /verysecret/);
  assert.match(await textOf(received()), /admin@example.com/);
  const line = page.getByRole("region", { name: "Time line" });
  assert.match(await textOf(line), /Answered by\s*auth-/);
  assert.match(await textOf(line), /Request\s*[\w-]{20,}/);
  const hops = await line.locator(".span-name").allTextContents();
  assert.deepEqual(
    hops.map((text) => text.split(" ")[0]),
    ["this", "gateway", "mesh", "auth"],
  );
  await storedWith("valid login for admin@example.com");
});

test("when Mail is sent, then it is in the mailbox", { skip }, async () => {
  await choose("Mail");
  await payload().fill(
    JSON.stringify({
      action: "mail",
      mail: { from: "me@example.com", to: "you@example.com", subject: "From the page", message: "Hello" },
    }),
  );
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("Message sent to you@example.com").first().waitFor();
  await eventually(async () =>
    (await (await Mailbox.open(join(system.dataDir, "mail"))).list()).find(
      ({ subject }) => subject === "From the page",
    ),
  );
});

test("when a payload is edited and sent from the keyboard, then the store has what was written", { skip }, async () => {
  await choose("Log");
  await payload().fill('{"action":"log","log":{"name":"page","data":"typed by hand"}}');
  await payload().press("Control+Enter");
  await page.getByText("Processed payload via RPC: page").first().waitFor();
  assert.match(await textOf(sent()), /typed by hand/);
  await storedWith("typed by hand");
});

test("when the payload is no JSON object, then it does not go, and the line is named; Reset brings the example back", {
  skip,
}, async () => {
  await choose("Log");
  await payload().fill('{\n  "action": "log",\n  "log": nonsense\n}');
  assert.ok(await page.getByRole("button", { name: "Send", exact: true }).isDisabled());
  assert.match(await textOf(page.locator("#payload-state")), /Not JSON from line 3, column 10/);
  await payload().fill("[1]");
  assert.match(await textOf(page.locator("#payload-state")), /one JSON object/);
  await page.getByRole("button", { name: "Reset" }).click();
  assert.match(await payload().inputValue(), /Some kind of data/);
});

for (const [name, path, via] of [
  ["REST", "/log-rest", "rest"],
  ["JSON-RPC", "/log-rpc", "json-rpc"],
  ["gRPC", "/log-grpc", "grpc"],
  ["AMQP", "/log-amqp", "amqp"],
  ["Mesh", "/log-mesh", "mesh"],
] as const) {
  test(`when the log entry goes over ${name}, then it is stored, and the entry says so`, { skip }, async () => {
    await choose(name);
    const data = `over ${name}`;
    await payload().fill(JSON.stringify({ action: "log", log: { name: "page", data } }));
    const [answer] = await Promise.all([
      page.waitForResponse((response) => new URL(response.url()).pathname === path && response.status() !== 204),
      page.getByRole("button", { name: "Send", exact: true }).click(),
    ]);
    assert.equal(answer.status(), 202);
    await page.getByText("logged").first().waitFor();
    assert.equal((await storedWith(data))?.via, via);
  });
}

test("when another protocol is chosen beside Send, then the payload says so, and the action goes over it", {
  skip,
}, async () => {
  for (const [action, protocol, via] of [
    ["Auth", "gRPC", "grpc"],
    ["Auth", "JSON-RPC", "json-rpc"],
    ["Mail", "AMQP", "amqp"],
    ["Mail", "REST", "rest"],
  ] as const) {
    await choose(action);
    const reset = page.getByRole("button", { name: "Reset" });
    if (await reset.isEnabled()) await reset.click();
    await page.getByRole("combobox", { name: "over" }).selectOption(protocol);
    assert.equal(JSON.parse(await payload().inputValue()).via, via);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith("/handle") && response.status() !== 204),
      page.getByRole("button", { name: "Send", exact: true }).click(),
    ]);
    assert.deepEqual([answer.status(), answer.headers()["x-via"]], [202, via]);
    await page.getByRole("combobox", { name: "over" }).selectOption("its usual protocol");
    assert.equal(JSON.parse(await payload().inputValue()).via, undefined);
  }
});

test("while the first request waits for its answer, then it is shown as sent", { skip }, async () => {
  const other = await visit(browser, system.url("frontend", "/"));
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await other.page.route(system.url("gateway", "/log-rest"), async (route) => {
    await held;
    await route.continue();
  });
  await other.page.getByRole("button", { name: "Send REST" }).click();
  await other.page.getByRole("region", { name: "Sent" }).getByText("On its way").waitFor();
  await other.page.getByRole("region", { name: "Received" }).getByText("Waiting for the answer").waitFor();
  release();
  await other.page.getByText("logged").first().waitFor();
  await other.close();
});

test("when the password is wrong, then it is shown as an error with its code and what to do", { skip }, async () => {
  desk.expectRefusal("/handle");
  await choose("Auth");
  await payload().fill('{"action":"auth","auth":{"email":"admin@example.com","password":"wrong"}}');
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const notice = page.locator(".notice.bad");
  await notice.waitFor();
  assert.match(await textOf(notice), /invalid credentials\s*INVALID_CREDENTIALS/);
  assert.match(await textOf(notice), /Check the address.*The first user is admin@example.com/);
  await page.getByRole("button", { name: "Reset" }).click();
});

test("when no first user is made here, then a failed sign-in does not name one", { skip }, async () => {
  const other = await visit(browser, "about:blank");
  const known = (await (await fetch(system.url("frontend", "/config.json"))).json()) as object;
  await other.page.route(system.url("frontend", "/config.json"), (route) =>
    route.fulfill({ json: { ...known, hasSeedUser: false } }),
  );
  await goTo("log", other.page);
  await signIn(other.page, "wrong");
  const notice = other.page.locator(".notice.bad");
  await notice.waitFor();
  assert.match(await textOf(notice), /Check the address and the password\./);
  assert.doesNotMatch(await textOf(notice), /first user/);
  await other.close();
});

test("when only the keyboard is used, then the first stop skips to the content, and a new view has the focus", {
  skip,
}, async () => {
  const other = await visit(browser, system.url("frontend", "/"));
  await other.page.locator("h1").waitFor();
  await other.page.keyboard.press("Tab");
  assert.equal(await other.page.evaluate("document.activeElement.textContent"), "Skip to the content");
  await other.page.keyboard.press("Enter");
  assert.equal(await other.page.evaluate("document.activeElement.id"), "main");
  await other.page.getByRole("link", { name: "Mesh" }).focus();
  await other.page.keyboard.press("Enter");
  // The heading, not the link of that name, which has the focus until the view is there.
  await other.page.locator("h1:focus").getByText("Mesh").waitFor();
  assert.match(await other.page.title(), /^Mesh/);
  await other.close();
});

test("when somebody signs in and out from the keyboard, then the focus is on the view's heading, and not lost", {
  skip,
}, async () => {
  const other = await visit(browser, system.url("frontend", "/"));
  await goTo("mail", other.page);
  await other.page.getByLabel("Email").fill("admin@example.com");
  await other.page.getByLabel("Password").fill("verysecret");
  await other.page.getByLabel("Password").press("Enter");
  await other.page.locator("h1:focus").getByText("Mail").waitFor();
  await other.page.reload();
  await other.page.getByRole("button", { name: "Sign out" }).waitFor();
  assert.equal(await other.page.locator("h1:focus").count(), 0, "a page that loads takes no focus");
  await other.page.getByRole("button", { name: "Sign out" }).press("Enter");
  await other.page.locator("h1:focus").getByText("Mail").waitFor();
  await other.close();
});

test("when nobody is signed in, then the log asks who it is, refuses a wrong password and lets the right one in", {
  skip,
}, async () => {
  await goTo("log");
  desk.expectRefusal("/session");
  await signIn(page, "wrong");
  await page.getByText("INVALID_CREDENTIALS").waitFor();
  await signIn(page);
  await page.getByRole("table", { name: "Log entries" }).waitFor();
  assert.match(await textOf(page.locator(".who")), /admin@example.com/);
  await page.reload();
  await page.getByRole("table", { name: "Log entries" }).waitFor();
});

const rows = () => page.locator(".log-rows tbody tr");
const filtered = (count: number) =>
  eventually(async () => ((await rows().count()) === count ? true : undefined)).catch(async () =>
    assert.fail(`${await rows().count()} rows instead of ${count}: ${await page.locator("main").textContent()}`),
  );

test("when the log is filtered, then only what matches is there, and the address keeps the filter", {
  skip,
}, async () => {
  await write("needle one");
  await write("needle two", { severity: "error" });
  await page.getByLabel("Text").fill("needle");
  await page.getByLabel("Text").press("Enter");
  await filtered(2);
  await page.getByLabel("Severity").selectOption("error");
  await filtered(1);
  await page.reload();
  await filtered(1);
  await page.getByLabel("Name").fill("no such name");
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByText("Nothing matches these filters").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Source").fill("listener");
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await eventually(async () => {
    const sources = await page.locator(".log-rows tbody td:nth-of-type(3)").allTextContents();
    return (sources.length > 0 && sources.every((text) => text === "listener")) || undefined;
  });
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("From").fill("2099-01-01T00:00:00");
  await page.getByLabel("From").press("Enter");
  await page.getByText("Nothing matches these filters").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await rows().first().waitFor();
});

test("when the log has more than a page, then it can be turned, and sorted by its columns", { skip }, async () => {
  await Promise.all(Array.from({ length: 25 }, (_, index) => write(`filler ${index}`)));
  await goTo("log?q=filler");
  await filtered(20);
  await page.getByRole("button", { name: "Next" }).click();
  await filtered(5);
  await page.getByRole("button", { name: "Previous" }).click();
  await filtered(20);
  await page.getByRole("button", { name: "Time" }).click();
  await page.locator("th[aria-sort=ascending]").waitFor();
  await eventually(async () => {
    const times = await page
      .locator(".log-rows time")
      .evaluateAll((all) => all.map((one) => one.getAttribute("datetime")));
    return times.length === 20 && times.join() === times.toSorted().join() ? true : undefined;
  });
});

test("when an entry is written, then it appears without a reload; paused, it waits until it is resumed", {
  skip,
}, async () => {
  await goTo("log?q=tail");
  await page.getByText("Nothing matches these filters").waitFor();
  await page.locator(".pill", { hasText: "Live" }).waitFor();
  await page.evaluate("window.sameDocument = true");
  await page.getByLabel("Name").fill("half typed");
  await write("tail one");
  await rows().getByText("tail one").waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "half typed");
  await page.getByLabel("Name").fill("");
  await page.getByRole("button", { name: "Pause" }).click();
  await write("tail two");
  await page.getByText("Show 1 new entry").waitFor();
  assert.equal(await rows().count(), 1);
  await page.getByRole("button", { name: "Resume" }).click();
  await rows().getByText("tail two").waitFor();
  assert.equal(await page.evaluate("window.sameDocument"), true);
});

test("when an entry is opened, then all of it is there, and deleting it is asked twice and done in the store", {
  skip,
}, async () => {
  await write('{"only":"one"}');
  await goTo("log?q=only");
  await rows().first().getByRole("button").click();
  const dialog = page.getByRole("dialog");
  assert.match(await textOf(dialog), /"only": "one"/);
  assert.match(await textOf(dialog), /Request\s*[\w-]{20,}/);
  assert.deepEqual(await barriers(page), []);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete entry" }).click();
  await page.getByText("Nothing matches these filters").waitFor();
  assert.ok(!JSON.stringify(await storedLogs(system)).includes("only"));
});

test("when an event cannot be read, then it is among the dead letters with the reason, and can be sent back", {
  skip,
}, async () => {
  const { connect } = await import("amqplib");
  const connection = await connect(String(system.environment.RABBIT_URL));
  const channel = await connection.createConfirmChannel();
  channel.publish("logs_topic", "log.INFO", Buffer.from("not json"), { messageId: "page-dead" });
  await channel.waitForConfirms();
  await connection.close();
  await goTo("log/dead-letters");
  await eventually(async () => {
    await page.getByRole("button", { name: "Load anew" }).click();
    return (await page.locator(".letter-rows tbody tr").count()) === 1 || undefined;
  });
  assert.match(await textOf(page.locator(".letter-rows")), /not json/);
  assert.deepEqual(await barriers(page), []);
  for (const name of ["Send back", "Send all back"]) {
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith("/dead-letters/resend") && response.status() !== 204),
      page.getByRole("button", { name, exact: true }).click(),
    ]);
    assert.equal(answer.status(), 202);
    assert.equal((await answer.json()).data.resent, 1);
    // Still unreadable, it comes back.
    await eventually(async () => {
      await page.getByRole("button", { name: "Load anew" }).click();
      return (await page.locator(".letter-rows tbody tr").count()) === 1 || undefined;
    });
  }
});

test("when mails were sent, then they are listed, and one shows itself as its reader sees it", { skip }, async () => {
  await goTo("mail");
  assert.equal(await textOf(page.locator(".tabs [aria-current]")), "Outbox", "what is queued or failed is in it too");
  await page.getByRole("button", { name: "From the page" }).click();
  const dialog = page.getByRole("dialog");
  assert.match(await textOf(dialog), /sent[\s\S]*you@example.com/);
  await dialog.frameLocator("iframe").getByText("Hello").waitFor();
  await page.keyboard.press("Escape");
  await page.getByLabel("Status").selectOption("failed");
  await page.getByText("No mail is failed").waitFor();
  const caught = await page.getByRole("link", { name: "Open the caught mail" }).getAttribute("href");
  assert.match(await (await fetch(String(caught))).text(), /From the page/);
});

test("when a mail is read with the keyboard only, then Tab comes round to what closes it, and Escape does from within it", {
  skip,
}, async () => {
  await goTo("mail");
  await page.getByRole("button", { name: "From the page" }).press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.frameLocator("iframe").getByText("Hello").waitFor();
  const stops = async (count: number) => {
    const found: string[] = [];
    for (let stop = 0; stop < count; stop++) {
      await page.keyboard.press("Tab");
      found.push(await page.evaluate<string>("document.activeElement.ariaLabel ?? document.activeElement.tagName"));
    }
    return found;
  };
  const around = await stops(10);
  assert.ok(around.includes("Close"), around.join(", "));
  await eventually(async () => (await stops(1))[0] === "IFRAME" || undefined);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("when a template is previewed, then it is styled under the strict policy, and nothing in it runs", {
  skip,
}, async () => {
  await goTo("mail/templates");
  const frame = page.frameLocator("iframe");
  for (const name of ["welcome", "alert", "message"]) {
    await page.getByRole("button", { name }).first().click();
    await frame.locator("body").getByText(/\w/).first().waitFor();
  }
  await page.getByLabel("message", { exact: true }).fill("<script>parent.ran = true</script>As it was typed");
  await page.getByRole("button", { name: "Preview" }).click();
  await frame.getByText("As it was typed").waitFor();
  assert.equal(await page.evaluate("window.ran"), undefined);
  const styled = await frame.locator("[style]").count();
  assert.ok(styled > 0, "the inlined styles are in force");
  await page.getByRole("button", { name: "Text" }).click();
  await page.getByRole("region", { name: "Plain text part" }).getByText("As it was typed").waitFor();
});

test("when a node is killed, then the picture of the mesh shows it gone, and back when it is back", {
  skip,
}, async () => {
  await goTo("mesh");
  const nodes = page.locator(".picture .node");
  await eventually(async () => ((await nodes.count()) === nodeNames.length ? true : undefined));
  await page.locator(".pill", { hasText: "Live" }).waitFor();
  const healthy = page.locator(".picture .node.good");
  await eventually(async () => ((await healthy.count()) === nodeNames.length ? true : undefined), 20_000);
  const row = page.locator(".mesh-rows tbody tr", { hasText: "mailer" });
  assert.match(await textOf(row), /healthy[\s\S]*MB/);
  const pid = Number(/mailer-.*-(\d+)-\w+/.exec(await textOf(row))?.[1]);
  process.kill(pid, "SIGKILL");
  await page.locator(".picture .node.bad", { hasText: "mailer" }).waitFor({ timeout: 30_000 });
  await page.locator(".picture .node.good", { hasText: "mailer" }).waitFor({ timeout: 30_000 });
});

test("when the gateway dies and comes back, then the tail says so, and shows what was written meanwhile", {
  skip,
}, async () => {
  await goTo("try"); // This page would tell its console of the broken stream.
  const other = await visit(browser, system.url("frontend", "/"));
  await goTo("log?q=meanwhile", other.page);
  await signIn(other.page);
  await other.page.locator(".pill", { hasText: "Live" }).waitFor();
  const { data } = (await (await fetch(system.url("gateway", "/mesh"))).json()) as { data: { seen_by: string } };
  process.kill(Number(/-(\d+)-\w+$/.exec(data.seen_by)?.[1]), "SIGKILL");
  await other.page.locator(".pill", { hasText: "Reconnecting" }).waitFor();
  await post(system.url("logger", "/log"), { name: "page", data: "written meanwhile" });
  await other.page.locator(".pill", { hasText: "Live" }).waitFor({ timeout: 30_000 });
  await other.page.locator(".log-rows").getByText("written meanwhile").waitFor();
  await other.close();
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of [
    { width: 1280, height: 900 },
    { width: 360, height: 740 },
  ]) {
    test(`in ${colorScheme}, ${viewport.width} pixels wide, no view has a serious barrier or scrolls sideways`, {
      skip,
    }, async () => {
      const other = await visit(browser, system.url("frontend", "/"), { colorScheme, viewport });
      const { page } = other;
      const check = async (where: string) => {
        assert.deepEqual(await barriers(page), [], where);
        assert.equal(await overflow(page), 0, where);
      };
      await page.locator("h1").waitFor();
      await check("try");
      await page.getByRole("button", { name: "Send Auth" }).click();
      await page.getByText("Time line").waitFor();
      await check("an answer");
      other.expectRefusal("/handle");
      await page.getByRole("textbox", { name: "Payload" }).fill('{"action":"fly"}');
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await page.locator(".notice.bad").waitFor();
      await check("an error");
      await goTo("log", page);
      await check("sign in");
      await signIn(page);
      await page.locator(".log-rows tbody tr").first().waitFor();
      await check("log");
      for (const [view, shows] of Object.entries({
        "log/dead-letters": ".letter-rows",
        mail: ".mail-rows",
        "mail/templates": "iframe",
        mesh: ".picture svg",
      })) {
        await goTo(view, page);
        await page.locator(shows).waitFor();
        await check(view);
      }
      await page
        .locator(".node")
        .getByText(/ms p95/)
        .first()
        .waitFor();
      await assertQuiet(other);
      await other.close();
    });
  }
}

test("when a request was sent on a phone, then the button that sends it again is as large as before", {
  skip,
}, async () => {
  const other = await visit(browser, system.url("frontend", "/"), { viewport: { width: 375, height: 740 } });
  const again = other.page.getByRole("button", { name: "Send JSON-RPC" });
  const before = await again.boundingBox();
  await again.click();
  const time = await other.page.locator(".request-last").boundingBox();
  assert.deepEqual(await again.boundingBox(), before);
  assert.ok(time && before && time.x + time.width <= before.x, "and the time is beside it, not below");
  await other.close();
});

test("in forced colours, what is chosen differs from what is not", { skip }, async () => {
  const other = await visit(browser, system.url("frontend", "/"), { forcedColors: "active" });
  const grounds = (selector: string) =>
    other.page.evaluate<string[]>(
      `[...document.querySelectorAll("${selector}")].map((one) => getComputedStyle(one).backgroundColor)`,
    );
  const chosen = await grounds("[aria-current], [aria-pressed=true]");
  assert.deepEqual([chosen.length, new Set(chosen).size], [2, 1], "the view and the request, in one colour");
  const others = await grounds(".views a:not([aria-current]), [aria-pressed=false]");
  assert.ok(others.length > 0 && !others.some((ground) => chosen.includes(ground)));
  await other.close();
});

test("when the theme is switched, then it is that, whatever the system says, also after a reload", {
  skip,
}, async () => {
  const other = await visit(browser, system.url("frontend", "/"), { colorScheme: "light" });
  const ground = () => other.page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
  const light = await ground();
  await other.page.getByRole("button", { name: "Theme: system" }).click();
  assert.equal(await ground(), light);
  await other.page.getByRole("button", { name: "Theme: light" }).click();
  const dark = await ground();
  assert.notEqual(dark, light);
  await other.page.reload();
  assert.equal(await ground(), dark);
  await other.page.getByRole("button", { name: "Theme: dark" }).click();
  assert.equal(await ground(), light);
  await other.close();
});

test("when the gateway is away, then the page says so and what to do, and goes on by itself", {
  skip,
}, async () => {
  const other = await visit(browser, system.url("frontend", "/"));
  await other.page.route(`${system.url("gateway", "")}/**`, (route) => route.abort("connectionrefused"));
  await other.page.getByRole("button", { name: "Send Log" }).click();
  await other.page.getByText("NO_ANSWER").waitFor();
  await goTo("mesh", other.page);
  await other.page.getByText("the gateway did not answer").waitFor();
  await other.page.getByRole("button", { name: "Try again" }).click();
  await other.page.getByText("the gateway did not answer").waitFor();
  await other.page.unroute(`${system.url("gateway", "")}/**`);
  await other.page.locator(".picture .node").first().waitFor();
  await other.close();
});

test("when the log is cleared, then it is asked first, and the store is empty", { skip }, async () => {
  await goTo("log");
  await page.getByRole("button", { name: "Clear the log" }).click();
  await page.getByRole("button", { name: "Keep" }).click();
  await rows().first().waitFor();
  await page.getByRole("button", { name: "Clear the log" }).click();
  await page.getByRole("button", { name: "Delete every entry" }).click();
  await page.getByText("The log is empty").waitFor();
  assert.deepEqual(await storedLogs(system), []);
});

test("when the user signs out, then the log is closed", { skip }, async () => {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

test("in all this the console had nothing to complain of, and nobody else was asked for anything", {
  skip,
}, async () => {
  await assertQuiet(desk);
});

async function assertQuiet(visited: Visit): Promise<void> {
  assert.deepEqual(visited.complaints(), []);
  const own = [system.url("frontend", ""), system.url("gateway", "")];
  assert.deepEqual(
    [...visited.origins()].filter((origin) => !own.includes(origin)),
    [],
  );
}
