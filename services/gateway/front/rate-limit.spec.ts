import assert from "node:assert/strict";
import { test } from "node:test";
import { RateLimit } from "./rate-limit.ts";

test("an allowance is used up, and comes back evenly", () => {
  let now = 0;
  const limit = new RateLimit(60, { now: () => now });
  for (let count = 0; count < 60; count++) assert.equal(limit.take("a").allowed, true);
  assert.deepEqual(limit.take("a"), { allowed: false, remaining: 0, retryAfter: 1, reset: 60 });
  now = 1_000;
  assert.equal(limit.take("a").allowed, true);
  assert.equal(limit.take("a").allowed, false);
  now = 120_000;
  assert.equal(limit.take("a").remaining, 59, "never more than the whole");
});

test("however many clients come, only so many are remembered, those that came last", () => {
  const limit = new RateLimit(1, { maxClients: 100, now: () => 0 });
  limit.take("steady");
  for (let client = 0; client < 10_000; client++) {
    limit.take(`client ${client}`);
    assert.equal(limit.take("steady").allowed, false);
  }
  assert.equal(limit.clients, 100);
  assert.equal(limit.take("client 0").allowed, true, "forgotten, so new");
});
