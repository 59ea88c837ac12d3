import assert from "node:assert/strict";
import { test } from "node:test";
import { casesOf, presets } from "./settings.ts";
import { durationOf, estimate, partDone } from "./timing.ts";

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

test("a run that does all that is planned is done, and each contender's first warm-up is a part of it", () => {
  const settings = { ...presets.quick, operations: ["lab.echo", "logger.list"] } as const;
  assert.equal(partDone(settings, casesOf(settings).length, 2), 1);
  assert.ok(partDone(settings, 0, 0.5) > 0);
  const without = { ...settings, firstWarmUp: 0 };
  assert.equal(estimate(settings) - estimate(without), 2 * settings.contenders.length * settings.firstWarmUp);
});

test("a low rate that was chosen makes a run as much longer as its measurements are", () => {
  const settings = { ...presets.quick, arrivals: ["closed", "open"], payloads: [64], rate: 0 } as const;
  const { duration, rounds, contenders } = settings;
  assert.equal(
    estimate({ ...settings, rate: 50 }) - estimate(settings),
    contenders.length * rounds * (10_000 - duration),
  );
  const slow = { ...settings, rate: 50 };
  const open = casesOf(slow).length - 1;
  assert.ok(partDone(slow, open, 1) < 0.5, "most is still to come when only the fixed rate is left");
  assert.equal(partDone(slow, open + 1, 1), 1);
});
