import { setTimeout as delay } from "node:timers/promises";
import type { Report } from "../../node/health.ts";

export interface Readiness {
  /** Which servers, and why; empty when it waits for none. */
  readonly waitsFor: string;
}

/** How long a table is held back for a node that is not ready, ms. */
const PATIENCE = 10_000;
const POLL = 50;

/** Asks a node until it is ready, or patience ends. @param url of its HTTP port */
export async function readinessOf(url: string): Promise<Readiness> {
  const end = Date.now() + PATIENCE;
  let waitsFor = await ask(url);
  while (waitsFor !== "" && Date.now() < end) {
    await delay(POLL);
    waitsFor = await ask(url);
  }
  return { waitsFor };
}

async function ask(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    const { checks } = (await response.json()) as Pick<Report, "checks">;
    const missing = Object.entries(checks).filter(([, { ok }]) => !ok);
    return missing.map(([name, { why }]) => `${name} (${why})`).join(", ");
  } catch (error) {
    return (error as Error).message;
  }
}
