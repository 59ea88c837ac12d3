import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import {
  type Browser,
  barriers,
  openBrowser,
  overflow,
  type Page,
  signIn,
  type Visit,
  visit,
} from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { type Launched, launch } from "../support/launched.ts";
import { needs } from "../support/require.ts";

const skip = needs("browser");
let system: Launched;
let browser: Browser;
let desk: Visit;
let phone: Visit;
let page: Page;

/** A run starts a process and ends it, on a machine that it keeps busy. */
const patiently = { timeout: 60_000 };
const url = () => `${system.url("frontend", "/")}#/lab`;

before(async () => {
  if (skip) return;
  [system, browser] = await Promise.all([launch(["--only", "frontend,gateway,auth,lab"]), openBrowser()]);
  desk = await visit(browser, url(), { colorScheme: "light" });
  phone = await visit(browser, url(), { colorScheme: "dark", viewport: { width: 360, height: 800 }, hasTouch: true });
  page = desk.page;
});
after(async () => {
  await browser?.close();
  await system?.stop();
});

const start = () => page.getByRole("button", { name: "Start", exact: true });
const set = async (values: Readonly<Record<string, number>>) => {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label).fill(String(value));
};
const choose = async (group: string, names: readonly string[]) => {
  for (const chip of await page.getByRole("group", { name: group, exact: true }).getByRole("checkbox").all()) {
    const name = await chip.evaluate((box) => box.parentElement?.textContent ?? "");
    await chip.setChecked(names.includes(name));
  }
};

test("when nobody is signed in, then the lab asks who it is; then it offers a run and says how long it takes", {
  skip,
}, async () => {
  for (const visitor of [page, phone.page]) {
    await signIn(visitor);
    await visitor.getByText(/^About \d+ s: /).waitFor();
  }
  await page.getByText("No reports yet").waitFor();
  await choose("Protocols", []);
  await page.getByText("Choose at least one protocol").waitFor();
  assert.ok(await start().isDisabled());
  await page.getByText("More", { exact: true }).click();
  assert.deepEqual(await barriers(page), []);
});

test("when a run is under way, then everybody sees the race, also after a reload, nobody starts another, anybody stops it", {
  skip,
}, async () => {
  await choose("Protocols", ["REST", "JSON-RPC over TCP"]);
  await choose("Payload", ["64 B"]);
  await choose("Calls in flight", ["10"]);
  await choose("Beside calls in flight", []);
  await set({ Rounds: 20, "One measurement, ms": 1_000, "Warm-up at first, ms": 0, "Warm-up of a case, ms": 50 });
  await start().click();
  await page.reload();
  for (const visitor of [page, phone.page]) {
    const race = visitor.getByRole("list", { name: "Calls a second" });
    await race
      .getByText(/^[\d.,]+ calls\/s$/)
      .nth(1)
      .waitFor(patiently);
    assert.match((await race.textContent()) ?? "", /REST[\s\S]*JSON-RPC over TCP/);
    assert.equal(await visitor.getByRole("button", { name: "Start", exact: true }).count(), 0);
    assert.deepEqual(await barriers(visitor), []);
  }
  const progress = async () => Number(await page.getByRole("progressbar").getAttribute("value"));
  const before = await progress();
  await eventually(async () => (await progress()) > before || undefined);
  assert.equal(await overflow(phone.page), 0);
  await phone.page.getByRole("button", { name: "Stop" }).click();
  for (const visitor of [page, phone.page]) {
    await visitor.getByText("The run ended early: it was stopped.").waitFor(patiently);
    await visitor.getByText("Nothing was kept: no case was done.").waitFor();
    assert.equal(await visitor.locator(".notice.bad").count(), 0, "what somebody wanted is no alarm");
  }
});

test("when a run is complete, then it says what the numbers say, and its report can be kept and opened", {
  skip,
}, async () => {
  await page.getByText("More", { exact: true }).click();
  await choose("Protocols", ["REST", "JSON-RPC over TCP"]);
  await choose("Payload", ["64 B", "1 KiB"]);
  await choose("Calls in flight", ["1"]);
  await set({ Rounds: 2, "One measurement, ms": 60, "Warm-up at first, ms": 20, "Warm-up of a case, ms": 20 });
  await start().click();
  await page.getByText("The run is complete").waitFor(patiently);
  await page.getByRole("heading", { name: "What the numbers say" }).waitFor();
  await page.getByRole("img", { name: "Throughput, calls/s" }).waitFor();
  await page.locator("summary", { hasText: "Echo · 1 KiB · 1 in flight" }).click();
  await page.getByRole("table", { name: "Echo · 1 KiB · 1 in flight" }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "HTML, with charts" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^lab-[\d-]+-[0-9a-f]{4}\.html$/);
  assert.match(await readFile(await download.path(), "utf8"), /^<!doctype html>[\s\S]*<svg/);
  await page.getByRole("table", { name: "Reports" }).getByRole("link").first().click();
  await page.getByRole("heading", { name: /^Run of / }).waitFor();
  for (const visitor of [page, phone.page]) assert.deepEqual(await barriers(visitor), []);
  assert.equal(await overflow(phone.page), 0);
});

test("when a report is not there, then the page says so, shows no other in its place, and offers nothing that cannot help", {
  skip,
}, async () => {
  desk.expectRefusal("/lab/reports/nosuch");
  await page.goto(`${url()}/nosuch`);
  await page.getByText("there is no report nosuch").waitFor();
  assert.equal(await page.getByRole("heading", { name: /^Run of / }).count(), 0);
  assert.equal(await page.getByText("Download the report").count(), 0);
  assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0);
});

test("when the lab is not running, then the page says so and how to start it, and goes on by itself", {
  skip,
}, async () => {
  desk.expectRefusal("/lab");
  const origin = new URL(system.url("frontend", "")).origin;
  await page.route(system.url("gateway", "/lab"), (route) =>
    route.fulfill({
      status: 503,
      headers: { "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true" },
      json: { error: true, message: "nobody serves lab.status", code: "SERVICE_UNAVAILABLE" },
    }),
  );
  await page.getByRole("link", { name: "Back to the lab" }).click();
  await page.getByText("npm run node -- lab").waitFor();
  await page.unroute(system.url("gateway", "/lab"));
  await start().waitFor();
});

test("in all this the console had nothing to complain of, and nobody else was asked for anything", {
  skip,
}, async () => {
  for (const visitor of [desk, phone]) {
    assert.deepEqual(visitor.complaints(), []);
    const own = [system.url("frontend", ""), system.url("gateway", "")];
    assert.deepEqual(
      [...visitor.origins()].filter((origin) => !own.includes(origin)),
      [],
    );
  }
});
