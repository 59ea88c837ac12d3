import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type Protocol, protocols } from "../../protocols/protocol.ts";
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
  const rows = await all<{ data: string }>(client, `/logs?name=${name}&sort=created_at`);
  return rows.map(({ data }) => data);
}

async function all<Row>(client: Client, path: string): Promise<Row[]> {
  const found: Row[] = [];
  for (let page = 1; ; page++) {
    const body = await pageOf(client, `${path}&page=${page}&pageSize=${PAGE_SIZE}`);
    const { rows, totalPages } = body.data as { rows: Row[]; totalPages: number };
    found.push(...rows);
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

/** Something that clients ask for while something else happens. */
interface Errand {
  /** Of 20 requests, so many are of this kind. */
  readonly share: number;
  /** @param run names all that is asked for in one run */
  ask(client: Client, run: string, id: string): Promise<Reply>;
  /** The ids of what was done. */
  done(client: Client, run: string): Promise<readonly unknown[]>;
}

const log = (via?: Protocol): Errand => ({
  share: 1,
  ask: (client, run, data) => client.post("/handle", { action: "log", via, log: { name: `${run}${via ?? ""}`, data } }),
  done: (client, run) => entriesNamed(client, `${run}${via ?? ""}`),
});

/** The log over each protocol, mails, and events that the listener writes to the log. */
export const errands: Readonly<Record<string, Errand>> = {
  ...Object.fromEntries(protocols.map((via) => [via, log(via)])),
  mail: {
    share: 2,
    ask: (client, run, id) => {
      const mail = { from: "load@example.com", to: "you@example.com", subject: `${run} ${id}`, message: id };
      return client.post("/handle", { action: "mail", mail });
    },
    done: async (client, run) => {
      const mails = await all<{ subject: string }>(client, "/mails?status=sent");
      return mails.filter(({ subject }) => subject.startsWith(run)).map(({ subject }) => subject.split(" ")[1]);
    },
  },
  event: {
    share: 3,
    ask: (client, run, id) => client.post("/", undefined, `${run}.${id}`),
    done: async (client, run) => {
      const hits = await all<{ request_id?: string }>(client, "/logs?name=broker_hit&sort=created_at");
      return hits
        .filter(({ request_id = "" }) => request_id.startsWith(run))
        .map(({ request_id = "" }) => request_id.split(".")[1]);
    },
  },
};

/**
 * Keeps clients asking over connections that they keep, 20 times a second, while something happens; then balances the
 * books: what was accepted is done once, what was not at most once. @throws AssertionError when they do not balance
 */
export async function underLoad(
  client: Client,
  happening: () => Promise<unknown>,
  kinds: Readonly<Record<string, Errand>> = { log: log() },
): Promise<Outcome> {
  const run = `load-${randomUUID()}`;
  const ways = Object.entries(kinds).map(([kind, { share, ask }]) => {
    return [kind, { share, ask: (id: string) => accepted(ask(client, run, id)) }] as const;
  });
  const load = new Load(Object.fromEntries(ways));
  load.start();
  try {
    await load.lasts(2_000);
    await happening();
    await load.lasts(2_000);
  } finally {
    await load.stop();
  }
  assert.deepEqual(load.faults, [], "answers that no client should get");
  for (const [kind, { done }] of Object.entries(kinds)) {
    await eventually(async () => {
      assert.deepEqual(differences(load.pages[kind] ?? new Map(), await done(client, run)), [], kind);
      return true;
    }, PATIENCE);
  }
  // What the next reads its books from is small again: FerretDB looks through all of it for each page.
  await client.delete("/logs");
  const answers = Object.values(load.pages).flatMap((page) => [...page.values()]);
  const taken = answers.filter(Boolean).length;
  return { accepted: taken, refused: answers.length - taken, slowest: Math.round(load.slowest) };
}

async function accepted(asked: Promise<Reply>): Promise<boolean> {
  const reply = await asked.catch((error: unknown) => {
    if (error instanceof TypeError) return undefined; // Who was asked is gone, with the connection.
    throw error;
  });
  if (reply?.status === 202) return true;
  if (reply === undefined || refusals.has(reply.status)) return false;
  throw new Error(`${reply.status} ${reply.body.message}`);
}
