import assert from "node:assert/strict";
import { test } from "node:test";
import { CodedError } from "../../../errors/index.ts";
import { Tally } from "./tally.ts";

/** Answered after 1, 2, 3, ... ms. @returns whole ms */
const latencyOf = (answered: number, failed = 0, notSent = 0) => {
  const tally = new Tally();
  for (let took = 1; took <= answered; took++) tally.answered(took);
  for (let count = 0; count < failed; count++) tally.failed(new CodedError("TIMEOUT", "late"));
  for (let count = 0; count < notSent; count++) tally.notSent();
  const found = Object.entries(tally.latency ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found.map(([name, value]) => [name, Math.round(value)]));
};

test("a percentile is told when a call or more was slower: of 13 calls the last is the slowest, and no 99 of 100", () => {
  assert.deepEqual(latencyOf(1_000), { p50: 500, p90: 900, p99: 990, p999: 999, max: 1_000 });
  assert.deepEqual(latencyOf(999), { p50: 500, p90: 900, p99: 990, max: 999 });
  assert.deepEqual(latencyOf(99), { p50: 50, p90: 90, max: 99 });
  assert.deepEqual(latencyOf(13), { p50: 7, p90: 12, max: 13 });
  assert.deepEqual(latencyOf(9), { p50: 5, max: 9 });
  assert.deepEqual(latencyOf(1), { max: 1 });
  assert.deepEqual(latencyOf(0), {});
});

test("a call that failed or was not sent is later than every other: beyond 1 in 100 of them there is no 99 of 100", () => {
  assert.deepEqual(latencyOf(990, 6, 4), { p50: 500, p90: 900, p99: 990, max: 990 });
  assert.deepEqual(latencyOf(989, 7, 4), { p50: 500, p90: 900, max: 989 });
  assert.deepEqual(latencyOf(60, 40), { p50: 50, max: 60 });
  assert.deepEqual(latencyOf(40, 60), { max: 40 });
  assert.deepEqual(latencyOf(0, 60), {});
});
