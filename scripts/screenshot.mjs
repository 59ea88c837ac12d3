// Takes the README's pictures of the page from a system that runs: node scripts/screenshot.mjs [http://localhost:8000]
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
await browser.close();
