import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium as driver, type Locator, type Page } from "playwright-core";
import { chromium } from "./require.ts";

export type { Browser, Locator, Page };

export const openBrowser = (): Promise<Browser> =>
  driver.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-dev-shm-usage"] });

export interface Visit {
  readonly page: Page;
  /** What the console said of errors, but for the answers that a test provoked with `expectRefusal`. */
  complaints(): readonly string[];
  /** The origins of all requests. */
  origins(): ReadonlySet<string>;
  expectRefusal(path: string): void;
  close(): Promise<void>;
}

/** A page of its own, with cookies and storage of its own, that is listened to from its first request. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: { text: string; path: string }[] = [];
  const origins = new Set<string>();
  const expected = new Set<string>();
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const { url: source } = message.location();
    errors.push({ text: `${message.text()} (${source})`, path: URL.canParse(source) ? new URL(source).pathname : "" });
  });
  page.on("pageerror", (error) => errors.push({ text: String(error), path: "" }));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http")) origins.add(origin);
  });
  await page.goto(url);
  return {
    page,
    complaints: () => errors.filter(({ path }) => !expected.has(path)).map(({ text }) => text),
    origins: () => origins,
    expectRefusal: (path) => expected.add(path),
    close: () => context.close(),
  };
}

/** On the form that is there in place of what only users see. */
export async function signIn(page: Page, password = "verysecret"): Promise<void> {
  await page.getByLabel("Email").fill("admin@example.com");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly unknown[] }[];
}

/** What axe-core calls serious or critical, a line each. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run();
    return violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ target }) => ({ target })) }));
  });
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

/** Pixels by which the page is wider than the window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
