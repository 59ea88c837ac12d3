import assert from "node:assert/strict";
import { test } from "node:test";
import { parseServerTiming } from "../../api/server-timing.ts";
import { spansOf } from "./spans.ts";

const spans = (duration: number, header: string) => spansOf({ duration, timings: parseServerTiming(header) });

test("when one node was asked, then its span lies in the protocol's, that in the gateway's, that in the page's", () => {
  const all = spans(100, 'auth;dur=40;desc="auth-1", mesh;dur=60, gateway;dur=80');
  assert.deepEqual(
    all.map(({ name, depth, start, length }) => [name, depth, start.toFixed(2), length.toFixed(2)]),
    [
      ["this page", 0, "0.00", "1.00"],
      ["gateway", 1, "0.10", "0.80"],
      ["mesh", 2, "0.20", "0.60"],
      ["auth", 3, "0.30", "0.40"],
    ],
  );
  assert.equal(all[3]?.detail, "auth-1");
});

test("when two nodes were asked, then their spans follow one another and do not overlap", () => {
  const all = spans(
    100,
    'auth;dur=10;desc="auth-1", mesh;dur=20, logger;dur=10;desc="logger-1", mesh;dur=20, gateway;dur=60',
  );
  const [first, second] = all.filter(({ name }) => name === "mesh");
  assert.ok(first && second && first.start + first.length <= second.start + 1e-9);
});

test("when the parts claim more time than the whole, then no span leaves the one around it", () => {
  for (const { start, length } of spans(10, 'auth;dur=500;desc="a", mesh;dur=700, gateway;dur=900')) {
    assert.ok(start >= 0 && start + length <= 1 + 1e-9);
  }
});

test("when the server told nothing, then the page's own measurement is there", () => {
  assert.deepEqual(
    spans(12, "").map(({ name }) => name),
    ["this page"],
  );
});
