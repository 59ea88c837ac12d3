import assert from "node:assert/strict";
import { test } from "node:test";
import { parseServerTiming } from "./server-timing.ts";

test("when a header has metrics, then each has its duration and description", () => {
  assert.deepEqual(parseServerTiming('auth;dur=86.8;desc="auth-1", mesh;dur=97.5, gateway;dur=115'), [
    { name: "auth", duration: 86.8, description: "auth-1" },
    { name: "mesh", duration: 97.5 },
    { name: "gateway", duration: 115 },
  ]);
});

test("when a description has commas and semicolons, then it stays whole", () => {
  assert.deepEqual(parseServerTiming('a;desc="x, y; z";dur=1'), [{ name: "a", duration: 1, description: "x, y; z" }]);
});

test("when something is no metric with a duration, then it is left out", () => {
  for (const header of ["", ",;,", "cache", "a;dur=soon", ";dur=3"]) assert.deepEqual(parseServerTiming(header), []);
});
