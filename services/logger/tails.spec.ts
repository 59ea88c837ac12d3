import assert from "node:assert/strict";
import { test } from "node:test";
import { CodedError } from "../../errors/index.ts";
import type { TailedRow } from "./tail.ts";
import { type TailedEntry, Tails } from "./tails.ts";

const row = (id: number, name = "a"): TailedRow => ({ id: String(id), name, data: "" });
const rows = (count: number): TailedRow[] => Array.from({ length: count }, (_, index) => row(index));

async function take(entries: AsyncIterable<TailedEntry>, count: number): Promise<TailedEntry[]> {
  const taken: TailedEntry[] = [];
  for await (const entry of entries) if (taken.push(entry) === count) break;
  return taken;
}

test("a reader gets what is wanted, and is told how many it did not get", async () => {
  const tails = new Tails();
  const all = tails.open({});
  const some = tails.open({ name: "b" });
  tails.add({ entries: [row(1), row(2, "b")], omitted: 0 });
  tails.add({ entries: [row(3, "b")], omitted: 7 });
  const seen = (taken: TailedEntry[]) => taken.map(({ entry, omitted }) => [entry.id, omitted]);
  assert.deepEqual(seen(await take(all, 3)), [
    ["1", 0],
    ["2", 0],
    ["3", 7],
  ]);
  assert.deepEqual(seen(await take(some, 2)), [
    ["2", 0],
    ["3", 7],
  ]);
  assert.equal(tails.size, 0, "who stops reading is forgotten");
});

test("for one who reads slowly a bounded number waits, the rest is counted", async () => {
  const tails = new Tails();
  const slow = tails.open({});
  tails.add({ entries: rows(1_500), omitted: 0 });
  const iterator = slow[Symbol.asyncIterator]();
  for (let index = 0; index < 1_000; index++) assert.equal((await iterator.next()).value?.omitted, 0);
  tails.add({ entries: [row(9_999)], omitted: 0 });
  const { value } = await iterator.next();
  assert.deepEqual([value?.entry.id, value?.omitted], ["9999", 500]);
});

test("a reader that is given up ends, also while it waits; there are so many at the most", async () => {
  const tails = new Tails();
  const abort = new AbortController();
  const waiting = take(tails.open({}, abort.signal), 1);
  await new Promise(setImmediate);
  abort.abort();
  assert.deepEqual(await waiting, []);
  assert.deepEqual(await take(tails.open({}, abort.signal), 1), []);
  for (let index = 0; index < 200; index++) tails.open({});
  assert.throws(
    () => tails.open({}),
    (error) => error instanceof CodedError && error.type === "OVERLOADED",
  );
});
