import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../../test/support/eventually.ts";
import type { OutboxRow } from "./outbox.ts";
import { Relay } from "./relay.ts";

/** The table, as several relays see it. */
class Table {
  readonly rows: (OutboxRow & { published: boolean })[] = [];
  holder = "";
  until = 0;
  pruned = 0;
  broken = false;

  add(...names: string[]): void {
    for (const name of names) {
      this.rows.push({ seq: String(this.rows.length), id: name, name, data: "", requestId: null, published: false });
    }
  }

  async unpublished(limit: number): Promise<OutboxRow[]> {
    await delay(1);
    if (this.broken) throw new Error("the table is away");
    return this.rows.filter(({ published }) => !published).slice(0, limit);
  }
  async markPublished(rows: readonly OutboxRow[]): Promise<void> {
    await delay(1);
    for (const row of this.rows) row.published ||= rows.some(({ seq }) => seq === row.seq);
  }
  async lease(holder: string, term: number): Promise<boolean> {
    const now = performance.now();
    if (this.until > now && this.holder !== holder) return false;
    Object.assign(this, { holder, until: now + term });
    return true;
  }
  async release(holder: string): Promise<void> {
    if (this.holder === holder) this.until = 0;
  }
  async prune(): Promise<number> {
    this.pruned++;
    return 0;
  }
}

const relays: Relay[] = [];
afterEach(() => Promise.all(relays.splice(0).map((relay) => relay.stop())));

function relay(
  outbox: Table,
  publish: (id: string) => Promise<void>,
  more: Partial<{ term: number; batch: number }> = {},
) {
  const failures: unknown[] = [];
  const made = new Relay({
    outbox,
    holder: `relay ${relays.length}`,
    requireServers: () => {},
    publish: ({ id }) => publish(id),
    onFailure: (error) => failures.push(error),
    timing: { poll: 20, term: 1_000, batch: 3, ...more },
  });
  relays.push(made);
  made.start();
  return { relay: made, failures };
}

test("when there is more than a batch, then all goes out, in order, one after the other's confirm", async () => {
  const table = new Table();
  const names = Array.from({ length: 10 }, (_, n) => `e${n}`);
  table.add(...names);
  const sent: string[] = [];
  let atOnce = 0;
  relay(table, async (id) => {
    assert.equal(++atOnce, 1);
    await delay(2);
    sent.push(id);
    atOnce--;
  });
  await eventually(() => sent.length === 10 || undefined);
  assert.deepEqual(sent, names);
  await eventually(() => table.rows.every(({ published }) => published) || undefined);
});

test("when several relays look at one table, then each event goes out once", async () => {
  const table = new Table();
  const sent: string[] = [];
  for (let n = 0; n < 3; n++) {
    relay(table, async (id) => {
      await delay(1);
      sent.push(id);
    });
  }
  for (let n = 0; n < 20; n++) {
    table.add(`a${n}`, `b${n}`);
    for (const one of relays) one.nudge();
    await delay(3);
  }
  await eventually(() => sent.length >= 40 || undefined);
  await delay(60);
  assert.equal(sent.length, 40);
  assert.deepEqual(
    sent,
    table.rows.map(({ id }) => id),
  );
});

test("when an event is refused, then those before it are marked, and it goes first the next time", async () => {
  const table = new Table();
  table.add("a", "b", "c");
  const sent: string[] = [];
  let refusals = 2;
  const { failures } = relay(table, async (id) => {
    if (id === "b" && refusals-- > 0) throw new Error("refused");
    sent.push(id);
  });
  await eventually(() => sent.length === 3 || undefined);
  assert.deepEqual(sent, ["a", "b", "c"]);
  assert.equal(failures.length, 2);
});

test("when a confirm outlasts the term, then the rest of the batch is left to whoever has the right now", async () => {
  const table = new Table();
  table.add("slow", "next");
  const sent: string[] = [];
  let looks = 0;
  relay(
    table,
    async (id) => {
      if (id === "slow") await delay(80);
      else looks = table.until > performance.now() ? 1 : -1;
      sent.push(id);
    },
    { term: 40 },
  );
  await eventually(() => sent.length === 2 || undefined);
  assert.equal(looks, 1, "it had renewed its right before it went on");
});

test("when the database fails, then it is told and tried again", async () => {
  const table = new Table();
  table.add("a");
  table.broken = true;
  const sent: string[] = [];
  const { failures } = relay(table, async (id) => void sent.push(id));
  await eventually(() => failures.length > 0 || undefined);
  table.broken = false;
  await eventually(() => sent.length === 1 || undefined);
});

test("when it stops, then the event in hand is settled and marked, and no other begun", async () => {
  const table = new Table();
  table.add("a", "b");
  const sent: string[] = [];
  let stopped: Promise<void> | undefined;
  const { relay: made } = relay(table, async (id) => {
    stopped ??= made.stop();
    await delay(1);
    sent.push(id);
  });
  await eventually(() => stopped !== undefined || undefined);
  await stopped;
  assert.deepEqual(sent, ["a"]);
  assert.deepEqual(
    table.rows.map(({ published }) => published),
    [true, false],
  );
});

test("when nothing happens, then old rows are looked for now and then, not at every look", async () => {
  const table = new Table();
  relay(table, async () => {});
  await delay(150);
  assert.equal(table.pruned, 1);
});
