import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TokenBuckets } from "./token-buckets.ts";

const options = { burst: 3, refill: 1_000, max: 2 };

test("when a bucket is empty, then it says how long until the next token, and time brings it", () => {
  let now = 0;
  const buckets = new TokenBuckets(options, () => now);
  for (let n = 0; n < 3; n++) {
    assert.equal(buckets.wait("a"), 0);
    buckets.take("a");
  }
  assert.equal(buckets.wait("a"), 1_000);
  now = 400;
  assert.equal(buckets.wait("a"), 600);
  now = 1_000;
  assert.equal(buckets.wait("a"), 0);
  assert.equal(buckets.wait("b"), 0);
});

test("when a token is given back, then it counts as never taken, and a full bucket takes no room", () => {
  const buckets = new TokenBuckets(options, () => 0);
  buckets.take("a");
  assert.equal(buckets.size, 1);
  buckets.give("a");
  assert.equal(buckets.size, 0);
});

test("when there are more keys than it may keep, then the one used longest ago is forgotten", () => {
  const buckets = new TokenBuckets({ burst: 1, refill: 1_000, max: 2 }, () => 0);
  for (const key of ["a", "b", "c"]) buckets.take(key);
  assert.deepEqual(
    ["a", "b", "c"].map((key) => buckets.wait(key) > 0),
    [false, true, true],
  );
});

test("whatever comes, then no more than the burst and what time gives back is let through, in bounded room", () => {
  const step = fc.record({ key: fc.constantFrom("a", "b", "c", "d"), after: fc.nat(3_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      let now = 0;
      const buckets = new TokenBuckets({ ...options, max: 4 }, () => now);
      const passed = new Map<string, number>();
      for (const { key, after } of steps) {
        now += after;
        if (buckets.wait(key) === 0) {
          buckets.take(key);
          passed.set(key, (passed.get(key) ?? 0) + 1);
        }
        assert.ok(buckets.size <= 4);
      }
      for (const count of passed.values()) assert.ok(count <= options.burst + now / options.refill + 1e-6);
    }),
  );
});
