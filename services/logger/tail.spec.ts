import assert from "node:assert/strict";
import { test } from "node:test";
import { toEntry } from "./entry.ts";
import { Tail, type Tailed } from "./tail.ts";

const entry = (data: string) => toEntry({ name: "event", data }, undefined);

test("entries that come together are told of together, in their order", () => {
  const told: Tailed[] = [];
  const tail = new Tail((tailed) => told.push(tailed));
  for (const data of ["a", "b"]) tail.add(entry(data));
  tail.flush();
  tail.flush();
  assert.deepEqual(
    told.map(({ entries, omitted }) => [entries.map(({ data }) => data), omitted]),
    [[["a", "b"], 0]],
  );
});

test("when there are too many, or too large ones, then what is told stays small and says what is left out", () => {
  const told: Tailed[] = [];
  const tail = new Tail((tailed) => told.push(tailed));
  for (let index = 0; index < 1_000; index++) tail.add(entry(String(index)));
  tail.flush();
  for (let index = 0; index < 100; index++) tail.add(entry("x".repeat(1_000_000)));
  tail.flush();
  assert.equal(told[0]?.entries.length, 200);
  assert.equal(told[0]?.omitted, 800);
  assert.ok(JSON.stringify(told[1]).length < 400_000);
  assert.equal(told[1]?.entries[0]?.truncated, true);
  assert.equal((told[1]?.entries.length ?? 0) + (told[1]?.omitted ?? 0), 100);
});
