import assert from "node:assert/strict";
import { test } from "node:test";
import { presets } from "../../../services/lab/settings.ts";
import { planOf, presetOf, toggled } from "./choices.ts";

test("when a preset is chosen, then it is known again until something differs", () => {
  assert.equal(presetOf(presets.quick), "quick");
  assert.equal(presetOf({ ...presets.full }), "full");
  assert.equal(presetOf({ ...presets.quick, rounds: 9 }), undefined);
});

test("when a choice is put back, then it stands where it stood", () => {
  const all = [1, 10, 50];
  const without = toggled(all, 10, all);
  assert.deepEqual(without, [1, 50]);
  assert.deepEqual(toggled(without, 10, all), all);
});

test("when settings make a run, then its length is told; when they make none, then the first reason is", () => {
  const plan = (change: object) => planOf({ ...presets.quick, ...change });
  const quick = plan({});
  assert.ok(quick.ok && /^About \d+ s: \d+ cases × 5 protocols × 5 rounds$/.test(quick.says), JSON.stringify(quick));
  for (const [change, problem] of [
    [{ contenders: [] }, /at least one protocol/],
    [{ payloads: [] }, /at least one payload/],
    [{ rounds: 0 }, /"Rounds" takes a whole number from 1 to 20/],
    [{ duration: Number.NaN }, /"One measurement, ms"/],
    [{ seed: 1.5 }, /"Seed/],
    [{ duration: 30_000, rounds: 20 }, /would take \d+ min; 30 min is the most/],
  ] as const) {
    const refused = plan(change);
    assert.match(refused.ok ? "" : refused.problem, problem);
  }
});
