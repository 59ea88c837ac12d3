import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rulesOf, toRule } from "../rule.ts";
import { fitsPath, fitsQuery, fromQuery, fromText, toQuery, toText } from "./address.ts";

const rules = rulesOf({
  q: "string|optional",
  page: { type: "number", integer: true, convert: true },
  all: "boolean|optional",
  sort: { type: "enum", values: ["name", "-name", 1] },
  tags: { type: "array", items: "string", optional: true },
  size: [{ type: "number" }, { type: "string" }],
});

test("when a text stands for something else, then it becomes that; when it cannot, then it stays for the validation", () => {
  const cases: [string, string, unknown][] = [
    ["q", "7", "7"],
    ["page", "7", 7],
    ["page", "1e2", 100],
    ["page", "seven", "seven"],
    ["page", "", ""],
    ["all", "true", true],
    ["all", "0", false],
    ["all", "yes", "yes"],
    ["all", "constructor", "constructor"],
    ["sort", "-name", "-name"],
    ["sort", "1", 1],
    ["sort", "size", "size"],
    ["size", "5", 5],
    ["size", "large", "large"],
  ];
  for (const [name, text, value] of cases) {
    assert.deepEqual(fromText(rules.get(name) ?? assert.fail(), text), value, `${name}=${text}`);
  }
});

test("when a query is read, then only what has a rule is taken, and what is there twice is a list", () => {
  const read = (query: string) => fromQuery(rules, new URLSearchParams(query));
  assert.deepEqual(read("page=2&other=x&__proto__=y"), { page: 2 });
  assert.deepEqual(read("q=a+b%26&tags=one"), { q: "a b&", tags: ["one"] });
  assert.deepEqual(read("tags=one&tags=two&page=1&page=2"), { tags: ["one", "two"], page: [1, 2] });
});

test("whatever text, number or truth goes into a query comes out of it", () => {
  const wellFormed = fc.string({ unit: "grapheme" });
  const params = fc.record(
    {
      q: wellFormed,
      page: fc.integer(),
      all: fc.boolean(),
      tags: fc.array(wellFormed, { minLength: 1 }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(params, (given) => {
      assert.deepEqual(fromQuery(rules, new URLSearchParams(toQuery(rules, given))), given);
    }),
  );
});

test("when an address could not tell what was meant, then it is refused in the validation's words", () => {
  const message = (name: string, value: unknown) => {
    try {
      return toText(name, rules.get(name) ?? assert.fail(), value);
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(message("q", 7), 'The "q" field must be a string.');
  assert.equal(message("page", {}), 'The "page" field must be a number.');
  assert.equal(message("sort", ["name"]), 'The "sort" field must be one of name, -name, 1.');
  assert.equal(message("page", "7"), "7");
});

test("objects and secrets of a custom check cannot stand in an address, lists only in a query", () => {
  const custom = toRule({ type: "custom", check: () => true });
  for (const rule of [custom, toRule("object"), toRule("record"), toRule([{ type: "string" }, { type: "object" }])]) {
    assert.equal(fitsPath(rule) || fitsQuery(rule), false);
  }
  assert.equal(fitsPath(toRule("string[]")), false);
  assert.equal(fitsQuery(toRule("string[]")), true);
});
