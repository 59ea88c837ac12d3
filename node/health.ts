import { setTimeout as delay } from "node:timers/promises";

/** Resolves when the server can be used; rejects with why it cannot. */
export type Check = () => Promise<void> | void;

export interface Report {
  readonly ready: boolean;
  readonly checks: Record<string, { ok: boolean; why?: string }>;
}

const CHECK_TIMEOUT = 1_000;

/** What must be reachable for a node to be ready; `/readyz` asks it. */
export class HealthChecks {
  readonly #checks = new Map<string, Check>();
  #wasReady = false;
  draining = false;

  add(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  async report(): Promise<Report> {
    const results = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await outcome(check)] as const),
    );
    const checks = Object.fromEntries(results);
    if (this.draining) checks.draining = { ok: false, why: "the node is shutting down" };
    const ready = Object.values(checks).every(({ ok }) => ok);
    this.#wasReady ||= ready;
    return { ready, checks };
  }

  /** Whether it has ever been ready: what an update waits for, and no later outage undoes. */
  async started(): Promise<boolean> {
    return this.#wasReady || (await this.report()).ready;
  }
}

async function outcome(check: Check): Promise<{ ok: boolean; why?: string }> {
  const timer = new AbortController();
  const late = delay(CHECK_TIMEOUT, undefined, { signal: timer.signal, ref: false }).then(
    () => Promise.reject(new Error(`no answer within ${CHECK_TIMEOUT} ms`)),
    () => undefined,
  );
  try {
    await Promise.race([check(), late]);
    return { ok: true };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message || error.name : String(error) };
  } finally {
    timer.abort();
  }
}
