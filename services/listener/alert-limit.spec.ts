import assert from "node:assert/strict";
import { test } from "node:test";
import { AlertLimit } from "./alert-limit.ts";

test("so many a minute, told of once; a second try of the same event is no new alert", () => {
  let told = 0;
  const limit = new AlertLimit(2, () => told++);
  assert.deepEqual(
    ["a", "a", "b", "c", "d", "b"].map((id) => limit.allow(id, 100_000)),
    [true, true, true, false, false, true],
  );
  assert.equal(told, 1);
  assert.equal(limit.allow("c", 159_999), false);
  assert.equal(limit.allow("c", 160_000), true);
});
