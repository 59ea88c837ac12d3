import { setTimeout as delay } from "node:timers/promises";
import type { Report } from "../../node/health.ts";

export interface Readiness {
  /** Which servers, and why; empty when it waits for none. */
  readonly waitsFor: Readonly<Record<string, string>>;
}

/** How long the table is held back for a node that is not ready, ms. */
const PATIENCE = 5_000;
const POLL = 50;

/** Asks a node until it is ready, or patience ends. @param url of its HTTP port */
export async function readinessOf(url: string): Promise<Readiness> {
  const end = Date.now() + PATIENCE;
  let waitsFor = await ask(url);
  while (Object.keys(waitsFor).length > 0 && Date.now() < end) {
    await delay(POLL);
    waitsFor = await ask(url);
  }
  return { waitsFor };
}

async function ask(url: string): Promise<Record<string, string>> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    const { checks } = (await response.json()) as Pick<Report, "checks">;
    const missing = Object.entries(checks).filter(([, { ok }]) => !ok);
    return Object.fromEntries(missing.map(([name, { why = "not reachable" }]) => [name, why]));
  } catch (error) {
    return { "its own port": (error as Error).message };
  }
}
