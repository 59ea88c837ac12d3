import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CodedError } from "../errors/index.ts";
import { parseJsonObject } from "./request-body.ts";

test("any JSON object comes through as it is", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(JSON.stringify(parseJsonObject(text)), text);
    }),
  );
});

test("anything else is MALFORMED_BODY and says what the body must be", () => {
  const isMalformed = (error: unknown) => error instanceof CodedError && error.type === "MALFORMED_BODY";
  const noObject = fc.oneof(
    fc.string(),
    fc.json().filter((text) => !/^\s*\{/.test(text)),
  );
  fc.assert(fc.property(noObject, (text) => assert.throws(() => parseJsonObject(text), isMalformed)));
  const deep = `{"a":${"[".repeat(400_000)}${"]".repeat(400_000)}}`;
  assert.throws(() => parseJsonObject(deep), /nested deeper than 64/);
});
