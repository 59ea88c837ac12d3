import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { traceFrom, traceparentOf } from "./trace-context.ts";

const trace = "0af7651916cd43dd8448eb211c80319c";
const span = "b7ad6b7169203331";

test("a traceparent is read as the standard has it, and written back", () => {
  assert.deepEqual(traceFrom(`00-${trace}-${span}-01`), { traceId: trace, spanId: span, sampled: true });
  assert.equal(traceFrom(`00-${trace}-${span}-02`)?.sampled, false);
  assert.equal(traceFrom(`00-${trace}-${span}-ff`)?.sampled, true);
  assert.equal(traceFrom(`cc-${trace}-${span}-01-what-a-later-version-says`)?.traceId, trace);
  for (const flags of ["00", "01"]) {
    const given = `00-${trace}-${span}-${flags}`;
    assert.equal(traceparentOf(traceFrom(given) ?? assert.fail()), given);
  }
});

test("what is malformed is none", () => {
  const malformed = [
    undefined,
    "",
    42,
    `ff-${trace}-${span}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${"0".repeat(32)}-${span}-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
    `00-${trace}-${span}-1`,
    `00-${trace}-${span}`,
    `00-${trace}-${span}-01-more`,
    `00-${trace}-${span}-01, 00-${trace}-${span}-01`,
    ` 00-${trace}-${span}-01`,
  ];
  for (const given of malformed) assert.equal(traceFrom(given), undefined, String(given));
  fc.assert(fc.property(fc.string(), (given) => traceFrom(given) === undefined));
});
