import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CARD_HEIGHT, cut, layout } from "./layout.ts";

test("when there is room, then six nodes are three above the bus and three below", () => {
  const { cards, buses, trunk } = layout(6, 1100);
  assert.equal(buses.length, 1);
  assert.equal(trunk, undefined);
  assert.equal(new Set(cards.map(({ y }) => y)).size, 2);
  assert.equal(cards.filter(({ y }) => y < (buses[0]?.y1 ?? 0)).length, 3);
});

test("when it is narrow, then there are more buses, tied together", () => {
  const { buses, trunk } = layout(6, 328);
  assert.equal(buses.length, 2);
  assert.deepEqual([trunk?.y1, trunk?.y2], [buses[0]?.y1, buses[1]?.y1]);
});

test("whatever the number and the width, each card is within the picture, and none lies on another", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 300, max: 2000 }), (count, width) => {
      const { cards, cardWidth, height } = layout(count, width);
      assert.equal(cards.length, count);
      for (const [index, { x, y }] of cards.entries()) {
        assert.ok(x >= -0.01 && x + cardWidth <= width + 0.01 && y >= 0 && y + CARD_HEIGHT <= height);
        for (const other of cards.slice(index + 1)) {
          assert.ok(Math.abs(x - other.x) >= cardWidth || Math.abs(y - other.y) >= CARD_HEIGHT);
        }
      }
    }),
  );
});

test("when a text is too long for its place, then it is cut and says so", () => {
  assert.equal(cut("listener-laptop-4711", 60, 6), "listener-…");
  assert.equal(cut("short", 60, 6), "short");
});
