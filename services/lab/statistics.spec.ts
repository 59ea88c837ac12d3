import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { randomFrom, shuffled, textOf } from "./random.ts";
import { estimateOf, intervalRanks, median, ratioOf, standingOf } from "./statistics.ts";

test("the median is the middle one, or the mean of the two in the middle", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([7]), 7);
});

test("the median's interval has the ranks of the binomial table, and fewer than six values say how little they are worth", () => {
  const near = (count: number) => {
    const { low, high, confidence } = intervalRanks(count);
    return [low, high, Math.round(confidence * 10_000) / 10_000];
  };
  assert.deepEqual(near(1), [0, 0, 0]);
  assert.deepEqual(near(3), [0, 2, 0.75]);
  assert.deepEqual(near(5), [0, 4, 0.9375]);
  assert.deepEqual(near(6), [0, 5, 0.9688]);
  assert.deepEqual(near(9), [1, 7, 0.9609]);
  assert.deepEqual(near(20), [5, 14, 0.9586]);
});

test("the interval holds the true median as often as it says, whatever the distribution", () => {
  const random = randomFrom(7);
  const runs = 4_000;
  let held = 0;
  for (let run = 0; run < runs; run++) {
    // A long tail to the right, as latencies have; its median is ln 2.
    const { low, high } = estimateOf(Array.from({ length: 9 }, () => -Math.log(1 - random())));
    if (low <= Math.LN2 && Math.LN2 <= high) held++;
  }
  assert.ok(Math.abs(held / runs - 0.9609) < 0.01, String(held / runs));
});

test("when both of a pair were slowed down by the same, then their ratio does not show it", () => {
  const machine = [1, 0.2, 3, 0.5, 1, 2];
  const ratio = ratioOf(
    machine.map((speed) => 600 * speed),
    machine.map((speed) => 200 * speed),
  );
  assert.ok(ratio !== undefined);
  assert.equal(standingOf(ratio), "more");
  for (const value of [ratio.median, ratio.low, ratio.high]) assert.ok(Math.abs(value - 3) < 1e-9);
});

test("when it goes a little one way and the other, then it is a tie; far, then it is not clear; a negligible difference is none", () => {
  const against = (...values: number[]) => {
    const ratio = ratioOf(
      values,
      values.map(() => 100),
    );
    assert.ok(ratio !== undefined);
    return standingOf(ratio);
  };
  assert.equal(against(110, 90, 105, 95, 100), "tie");
  assert.equal(against(101, 101.5, 101.2, 101.1, 101.9), "tie");
  assert.equal(against(110, 90, 105, 95, 126), "unclear");
  assert.equal(against(79, 90, 105, 95, 100), "unclear");
  assert.equal(against(110, 105, 103, 140, 120), "more");
  assert.equal(against(90, 95, 91, 40, 80), "less");
  assert.equal(against(200, 201, 202, 203), "few");
});

test("when one of a pair has nothing in a round, then there is no ratio", () => {
  assert.equal(ratioOf([110, 0], [100, 100]), undefined);
  assert.equal(ratioOf([110, 120], [100, undefined]), undefined);
  assert.equal(ratioOf([4, 5], [3]), undefined);
  assert.equal(ratioOf([], []), undefined);
});

test("the same seed gives the same order and text; every order has everyone once", () => {
  assert.equal(textOf(50, randomFrom(3)), textOf(50, randomFrom(3)));
  assert.notEqual(textOf(50, randomFrom(3)), textOf(50, randomFrom(4)));
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer()), fc.nat(), (items, seed) => {
      const order = shuffled(items, randomFrom(seed));
      assert.deepEqual(order, shuffled(items, randomFrom(seed)));
      assert.deepEqual(order.toSorted(), items.toSorted());
    }),
  );
});
