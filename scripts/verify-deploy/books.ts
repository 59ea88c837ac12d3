import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { eventually } from "../../test/support/eventually.ts";
import { differences, Load } from "../../test/support/load.ts";
import type { Reply } from "../../test/support/post.ts";
import type { Client } from "./client.ts";

const PAGE_SIZE = 100;
const PATIENCE = 60_000;
/** What a client may be told while a node is gone: not done, or nobody knows. */
const refusals = new Set([502, 503, 504]);

/** The data of all entries of this name. */
export async function entriesNamed(client: Client, name: string): Promise<string[]> {
  const found: string[] = [];
  for (let page = 1; ; page++) {
    const body = await pageOf(client, `/logs?name=${name}&page=${page}&pageSize=${PAGE_SIZE}&sort=created_at`);
    const { rows, totalPages } = body.data as { rows: { data: string }[]; totalPages: number };
    found.push(...rows.map(({ data }) => data));
    if (page >= totalPages) return found;
  }
}

/** A store that is too busy to answer is asked again. */
function pageOf(client: Client, path: string): Promise<Reply["body"]> {
  return eventually(async () => {
    const { status, body } = await client.get(path);
    assert.equal(status, 200, body.message);
    return body;
  }, PATIENCE);
}

export interface Outcome {
  readonly accepted: number;
  readonly refused: number;
  /** ms */
  readonly slowest: number;
}

/**
 * Keeps clients writing to the log over connections that they keep, 20 a second, while something happens; then balances the
 * books: what was accepted is in the store once, what was not at most once. @throws AssertionError when they do not balance
 */
export async function underLoad(client: Client, happening: () => Promise<unknown>): Promise<Outcome> {
  const name = `load-${randomUUID()}`;
  const load = new Load({ log: { share: 1, ask: (data) => write(client, name, data) } });
  load.start();
  try {
    await load.lasts(2_000);
    await happening();
    await load.lasts(2_000);
  } finally {
    await load.stop();
  }
  assert.deepEqual(load.faults, [], "answers that no client should get");
  const { log } = load.pages;
  await eventually(async () => {
    assert.deepEqual(differences(log, await entriesNamed(client, name)), []);
    return true;
  }, PATIENCE);
  // What the next reads its books from is small again: FerretDB looks through all of it for each page.
  await client.delete("/logs");
  const accepted = [...log.values()].filter(Boolean).length;
  return { accepted, refused: log.size - accepted, slowest: Math.round(load.slowest) };
}

async function write(client: Client, name: string, data: string): Promise<boolean> {
  const { status, body } = await client.post("/handle", { action: "log", log: { name, data } });
  if (status === 202) return true;
  if (refusals.has(status)) return false;
  throw new Error(`${status} ${body.message}`);
}
