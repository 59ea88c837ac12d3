import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CodedError } from "../../errors/index.ts";
import { toQuery } from "./list.ts";

const search = (q: string): RegExp => (toQuery({ q }).$or as [{ name: RegExp }])[0].name;

test("when no filter is given, or only empty ones, then everything is asked for", () => {
  assert.deepEqual(toQuery({}), {});
  assert.deepEqual(toQuery({ name: "", source: "", q: "", from: "", to: "" }), {});
});

test("whatever is searched for is found as it is written, in capitals or not, and nothing else is", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme-ascii" }), fc.string(), (q, other) => {
      assert.ok(search(q).test(`before ${q.toUpperCase()} after`));
      assert.equal(search(q).test(other), other.toLowerCase().includes(q.toLowerCase()));
    }),
  );
  assert.ok(!search(".*").test("anything"));
  assert.ok(!search("a\0b").source.includes("\0"), "MongoDB's regular expressions cannot hold a NUL");
  assert.ok(search("a\0b").test("a\0b"));
});

test("times are a day, a moment in UTC or in a named zone; the end is not in the range", () => {
  assert.deepEqual(toQuery({ from: "2026-01-31", to: "2026-02-01T12:00" }).created_at, {
    $gte: new Date("2026-01-31T00:00:00Z"),
    $lt: new Date("2026-02-01T12:00:00Z"),
  });
  assert.deepEqual(toQuery({ from: "2026-01-31T01:00:00.5+01:00" }).created_at, {
    $gte: new Date("2026-01-31T00:00:00.500Z"),
  });
});

test("when a time is none, then the error names the field", () => {
  for (const from of ["yesterday", "1", "2026-13-01", "2026-01-31T25:00", "2026-01-31; drop"]) {
    assert.throws(
      () => toQuery({ from }),
      (error) => error instanceof CodedError && error.type === "VALIDATION_FAILED" && /"from"/.test(error.message),
      from,
    );
  }
});
