import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkJson } from "./check-json.ts";
import { faultAt } from "./json-fault.ts";
import { jsonTokens } from "./json-tokens.ts";

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test("when a text is JSON to the engine, then it is here, and the other way round", () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", "}", "]", ",", ":", '"', "x", "1", " ", "\n", "\\"))
    .map(([json, at, piece]) => {
      const place = at % (json.length + 1);
      return json.slice(0, place) + piece + json.slice(place + (at % 2));
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), broken, fc.string()), (text) => {
      assert.equal(faultAt(text) === undefined, parses(text), text);
    }),
    { numRuns: 3000 },
  );
});

test("when a payload goes wrong, then the place is named", () => {
  for (const [text, problem] of [
    ['{\n  "action": "log",\n  "log": nonsense\n}', "Not JSON from line 3, column 10 on."],
    ['{"a": 1,}', "Not JSON from line 1, column 9 on."],
    ['{"a": {"b": 1}', "Not JSON: it ends too early."],
    ['{"a": 1} {}', "Not JSON from line 1, column 10 on."],
  ]) {
    assert.deepEqual(checkJson(String(text)), { isValid: false, problem });
  }
});

test("when a payload is JSON but no object, then an object is asked for; nothing at all is a payload too", () => {
  for (const text of ["[1]", "1", '"x"', "null"]) assert.equal(checkJson(text).isValid, false, text);
  assert.deepEqual(checkJson("  \n"), { isValid: true, value: undefined });
  assert.deepEqual(checkJson('{"a":[1]}'), { isValid: true, value: { a: [1] } });
});

test("when JSON is coloured, then its pieces together are the text", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value, null, 2);
      assert.equal(
        jsonTokens(text)
          .map((token) => token.text)
          .join(""),
        text,
      );
    }),
  );
  assert.deepEqual(
    jsonTokens('{"a": "b", "n": -1.5e3, "t": true}').filter(({ kind }) => kind !== "plain"),
    [
      { kind: "key", text: '"a"' },
      { kind: "string", text: '"b"' },
      { kind: "key", text: '"n"' },
      { kind: "number", text: "-1.5e3" },
      { kind: "key", text: '"t"' },
      { kind: "word", text: "true" },
    ],
  );
});
