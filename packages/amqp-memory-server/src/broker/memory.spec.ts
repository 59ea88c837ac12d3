import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MemoryGauge } from "./memory.ts";

describe("the memory gauge", () => {
  it("when the limit is passed, says so once; when a tenth is free again, says so once", () => {
    const said: boolean[] = [];
    const gauge = new MemoryGauge(1000, (over) => said.push(over));
    for (const bytes of [1000, 1, 500]) gauge.add(bytes);
    assert.deepEqual([said, gauge.over], [[true], true]);
    gauge.add(-550);
    assert.equal(gauge.over, true, "just below the limit is not enough");
    gauge.add(-100);
    assert.deepEqual([said, gauge.used], [[true, false], 851]);
  });
});
