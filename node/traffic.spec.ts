import assert from "node:assert/strict";
import { test } from "node:test";
import { Traffic } from "./traffic.ts";

test("the rate is that of the last ten seconds, with mean and 95th percentile", () => {
  let now = 0;
  const traffic = new Traffic(() => now);
  assert.deepEqual(traffic.rate(), { calls_per_second: 0 });
  for (let call = 0; call < 100; call++) {
    now = call * 90;
    traffic.record(call < 90 ? 1 : 100);
  }
  const { calls_per_second, mean_ms, p95_ms = 0 } = traffic.rate();
  assert.equal(calls_per_second, 10);
  assert.equal(mean_ms, 10.9);
  assert.ok(p95_ms >= 100 && p95_ms <= 150, `${p95_ms}`);
  now = 30_000;
  assert.deepEqual(traffic.rate(), { calls_per_second: 0 });
  assert.equal(traffic.total, 100);
});

test("a call that took forever is still counted", () => {
  const traffic = new Traffic(() => 0);
  traffic.record(Number.MAX_SAFE_INTEGER);
  assert.ok((traffic.rate().p95_ms ?? 0) > 80_000);
});
