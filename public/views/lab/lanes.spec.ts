import assert from "node:assert/strict";
import { test } from "node:test";
import { after, type Progress, type RunStatus, type Step } from "../../../services/lab/progress.ts";
import type { Measurement } from "../../../services/lab/results.ts";
import { casesOf, presets } from "../../../services/lab/settings.ts";
import { raceOf } from "./lanes.ts";

const settings = { ...presets.quick, contenders: ["rest", "grpc", "mesh"], payloads: [64], concurrency: [1] } as const;
const cases = casesOf(settings);

const raceAfter = (...steps: Step[]) => {
  const begun: Step = { type: "started", began: "", settings, cases, estimate: 0 };
  const status = [begun, ...steps]
    .map((step, index): Progress => ({ ...step, run: "1", number: index + 1, done: 0 }))
    .reduce(after, undefined as RunStatus | undefined);
  assert.ok(status);
  return raceOf(status);
};
const reached = (contender: Measurement["contender"], throughput: number, p99 = 1): Step => {
  const latency = { p50: 1, p90: 1, p99, p999: 1, max: 1 };
  const sizes = { calls: 1, errors: {}, seconds: 1, sent: 1, received: 1 };
  return { type: "measured", measurement: { case: 0, contender, round: 1, throughput, latency, ...sizes } };
};
const begins = (index: number): Step => ({ type: "case", index, case: cases[index] as (typeof cases)[number] });

test("when some were measured, then each stands at its median, the one at work at what it does now, and nobody leads yet", () => {
  const tick: Step = { type: "tick", index: 0, contender: "grpc", round: 1, throughput: 70 };
  const race = raceAfter(begins(0), reached("rest", 100), reached("rest", 300), tick);
  assert.deepEqual(race, {
    unit: "calls/s",
    most: 300,
    leader: undefined,
    lanes: [
      { contender: "rest", rounds: [100, 300], value: 200 },
      { contender: "grpc", rounds: [], round: 1, value: 70 },
      { contender: "mesh", rounds: [] },
    ],
  });
});

test("when all were measured, then the most calls lead; at a fixed rate the shortest wait does", () => {
  const all = [reached("rest", 100, 9), reached("grpc", 50, 3), reached("mesh", 80, 5)];
  assert.equal(raceAfter(begins(0), ...all).leader, "rest");
  const tick: Step = { type: "tick", index: 1, contender: "rest", round: 1, throughput: 99 };
  const race = raceAfter(begins(1), ...all, tick);
  assert.deepEqual([race.unit, race.leader, race.most], ["ms", "grpc", 9]);
});

test("when too many calls of one failed at a fixed rate, then it stands nowhere, and another leads", () => {
  const failing = reached("grpc", 30) as Extract<Step, { type: "measured" }>;
  const latency = { p50: 1, max: 1 };
  const measurement = { ...failing.measurement, errors: { TIMEOUT: 40 }, latency };
  const tick: Step = { type: "tick", index: 1, contender: "rest", round: 1, throughput: 99 };
  const { lanes, leader } = raceAfter(
    begins(1),
    reached("rest", 100, 9),
    { type: "measured", measurement },
    reached("mesh", 80, 5),
    tick,
  );
  assert.equal(leader, "mesh");
  assert.deepEqual(lanes[1], { contender: "grpc", rounds: [] });
});

test("when one cannot take part, then it has no lane", () => {
  const absence = { contender: "mesh", operation: "lab.echo", reason: "not here" } as const;
  const { lanes } = raceAfter({ type: "absent", absence }, begins(0));
  assert.deepEqual(
    lanes.map(({ contender }) => contender),
    ["rest", "grpc"],
  );
});
