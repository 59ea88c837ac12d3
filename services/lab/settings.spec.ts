import assert from "node:assert/strict";
import { test } from "node:test";
import { CodedError } from "../../errors/index.ts";
import { casesOf, LONGEST_RUN, presets } from "./settings.ts";
import { estimate } from "./timing.ts";
import { checked, settingsFrom, type Wishes } from "./wishes.ts";

const refused = (wishes: object, field: string) =>
  assert.throws(
    () => checked(wishes as Wishes),
    (error: unknown) =>
      error instanceof CodedError && error.type === "VALIDATION_FAILED" && error.message.includes(field),
    JSON.stringify(wishes),
  );

test("without a wish it is the quick preset, which takes less than a minute; the full one fits a run", () => {
  assert.deepEqual(checked({}), presets.quick);
  assert.ok(estimate(presets.quick) < 60_000);
  assert.ok(estimate(presets.full) < LONGEST_RUN / 2);
  assert.deepEqual(checked({ preset: "full", rounds: 1 }), { ...presets.full, rounds: 1 });
});

test("what is out of bounds, of another type or unknown is refused by its name", () => {
  for (const [field, values] of Object.entries({
    operations: [[], ["lab.nothing"], "lab.echo", ["lab.echo", "lab.echo"]],
    contenders: [["soap"], [1]],
    payloads: [[0], [(512 << 10) + 1], [1.5], ["1"]],
    concurrency: [[0], [1_001], []],
    arrivals: [["sometimes"]],
    rate: [-1, 1e9, "fast"],
    rounds: [0, 21, 1.5],
    duration: [19, 30_001],
    firstWarmUp: [-1, 10_001],
    warmUp: [-1, 10_001],
    replicas: [0, 5],
    seed: [-1, 2 ** 31],
    preset: ["slow"],
  })) {
    for (const value of values) refused({ [field]: value }, field);
  }
});

test("when all of it together takes too long, then it says how long", () => {
  const wishes = { preset: "full", rounds: 20, duration: 5_000 } as const;
  assert.throws(() => settingsFrom(wishes), /would take \d+ minutes; 30 are the most/);
});

test("each operation has its payloads and loads; the fixed rate comes after what it is taken from", () => {
  const cases = casesOf({
    ...presets.quick,
    operations: ["lab.echo", "logger.list"],
    payloads: [64, 1_024],
    concurrency: [1, 10],
    arrivals: ["open", "closed"],
  });
  assert.deepEqual(
    cases.map(({ operation, payload, arrival, concurrency }) => [operation, payload, arrival, concurrency]),
    [
      ["lab.echo", 64, "closed", 1],
      ["lab.echo", 64, "closed", 10],
      ["lab.echo", 64, "open", undefined],
      ["lab.echo", 1_024, "closed", 1],
      ["lab.echo", 1_024, "closed", 10],
      ["lab.echo", 1_024, "open", undefined],
      ["logger.list", undefined, "closed", 1],
      ["logger.list", undefined, "closed", 10],
      ["logger.list", undefined, "open", undefined],
    ],
  );
});
