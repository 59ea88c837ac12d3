// Takes the pictures of the page for README and docs from a system that runs, with a quick run of the lab:
// node scripts/screenshot.mjs [http://localhost:8000]
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const url = process.argv[2] ?? "http://localhost:8000";
const images = join(dirname(dirname(fileURLToPath(import.meta.url))), "docs", "images");
mkdirSync(images, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const [colorScheme, file] of [
  ["light", "page.png"],
  ["dark", "page-dark.png"],
]) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1130 }, colorScheme });
  await page.goto(url);
  // Twice: the first request of a page also pays for CORS and its connection.
  for (const _ of [1, 2]) {
    await page.getByRole("button", { name: "Send Auth" }).click();
    await page.getByText("Authenticated!").first().waitFor();
    await page.waitForLoadState("networkidle");
  }
  await page.getByRole("heading", { name: "Try it" }).hover();
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(images, file) });
  await page.close();
}

const lab = await browser.newPage({ viewport: { width: 1280, height: 1080 }, colorScheme: "light" });
await lab.goto(`${url}/#/lab`);
await lab.getByLabel("Email").fill("admin@example.com");
await lab.getByLabel("Password").fill("verysecret");
await lab.getByRole("button", { name: "Sign in" }).click();
await lab.getByRole("button", { name: "Start", exact: true }).click();
// The race of the last case with callers that wait, above the charts of those before.
await lab.getByText("Case 5 of 6, round 3 of").waitFor({ timeout: 300_000 });
await lab.waitForTimeout(500);
await lab.screenshot({ path: join(images, "lab.png") });
await browser.close();
