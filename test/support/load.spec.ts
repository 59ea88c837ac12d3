import assert from "node:assert/strict";
import { test } from "node:test";
import { differences } from "./load.ts";

test("the books are out when something accepted is missing or double, or something not accepted double", () => {
  const page = new Map([
    ["a", true],
    ["b", true],
    ["c", true],
    ["d", false],
    ["e", false],
    ["f", false],
  ]);
  assert.deepEqual(differences(page, ["a", "c", "c", "e", "f", "f", "unknown"]), [
    "b was accepted and is there 0 times",
    "c was accepted and is there 2 times",
    "f was not accepted and is there 2 times",
  ]);
});
