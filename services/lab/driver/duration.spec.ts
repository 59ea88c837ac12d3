import assert from "node:assert/strict";
import { test } from "node:test";
import { durationOf } from "./duration.ts";

test("a measurement at a fixed rate takes as long as 500 calls do, but no longer than the longest that can be chosen", () => {
  const at = (rate: number, duration = 200) =>
    durationOf({ operation: "lab.echo", arrival: "open", rate }, { duration });
  assert.equal(at(66), 7_576);
  assert.equal(at(2_500), 200);
  assert.equal(at(10_000), 200);
  assert.equal(at(66, 10_000), 10_000);
  assert.equal(at(2), 30_000);
  const closed = { operation: "lab.echo", arrival: "closed", concurrency: 1 } as const;
  assert.equal(durationOf(closed, { duration: 200 }), 200);
});
