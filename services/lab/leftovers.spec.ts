import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Leftovers } from "./leftovers.ts";

const [first, second, third] = [1, 2, 3].map((day) => `2026-01-0${day}-000000-abcd`) as [string, string, string];
const nobody = () => false;

/** A log that has this many entries of each run. */
async function leftovers(context: TestContext, entries: Record<string, number | Error>) {
  const directory = await mkdtemp(join(tmpdir(), "sixfold-lab-"));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const asked: string[] = [];
  const told: string[] = [];
  const remove = async (run: string) => {
    asked.push(run);
    const found = entries[run] ?? 0;
    if (found instanceof Error) throw found;
    // Some more come while one looks, until there are none.
    entries[run] = Math.max(0, found - 10);
    return found;
  };
  const left = new Leftovers({ directory, remove, tell: (line) => told.push(line), pause: 1 });
  return { left, asked, told, directory, noted: async () => (await readdir(directory)).length };
}

test("when runs were killed, then what they wrote is removed until nothing comes any more, by whoever starts after them", async (context) => {
  const { left, asked, told, directory, noted } = await leftovers(context, { [first]: 15, [third]: 1 });
  for (const run of [first, second, third]) left.note(run);
  await left.forget(second);
  const remove = async (run: string) => (asked.push(run) < 3 ? 5 : 0);
  const next = new Leftovers({ directory, remove, tell: assert.fail, pause: 1 });
  await next.clear((run) => run === third);
  assert.deepEqual(asked, [first, first, first], "the third is still under way");
  assert.equal(await noted(), 1);
  await left.clear(nobody);
  assert.deepEqual(asked.slice(3), [third, third]);
  assert.deepEqual([await noted(), told], [0, []]);
});

test("when the log is away, or entries do not stop coming, then it is bounded, told, and taken up the next time", async (context) => {
  const entries: Record<string, number | Error> = { [first]: new Error("no logger"), [second]: 1_000_000 };
  const { left, asked, told, noted } = await leftovers(context, entries);
  left.note(first);
  left.note(second);
  await Promise.all([left.clear(nobody), left.clear(() => true)]);
  assert.equal(asked.filter((run) => run === second).length, 10);
  assert.match(
    told.join("\n"),
    /run 2026-01-01.* still in the log.*: no logger\nEntries of run 2026-01-02.* still come/,
  );
  assert.equal(await noted(), 2);
  entries[first] = 3;
  entries[second] = 0;
  await left.clear(nobody);
  assert.equal(await noted(), 0);
});

test("when nothing can be written, then that is told, and nothing else comes of it", async () => {
  const told: string[] = [];
  const left = new Leftovers({ directory: "/dev/null/lab", remove: assert.fail, tell: (line) => told.push(line) });
  left.note(first);
  await left.clear(nobody);
  assert.match(told.join(), /its entries would stay in the log/);
});
