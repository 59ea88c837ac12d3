import assert from "node:assert/strict";
import { test } from "node:test";
import { rulesOf } from "../rule.ts";
import { objectOf, schemaOf } from "./json-schema.ts";

test("when a rule is one of fastest-validator's, in any of its forms, then JSON Schema says the same", () => {
  const cases: [unknown, object][] = [
    [
      { type: "string", min: 1, max: 5, pattern: /^a/u },
      { type: "string", minLength: 1, maxLength: 5, pattern: "^a" },
    ],
    ["string|min:2|optional", { type: "string", minLength: 2 }],
    [
      { type: "email", max: 254 },
      { type: "string", format: "email", maxLength: 254 },
    ],
    [
      { type: "number", integer: true, min: 1, default: 20 },
      { type: "integer", minimum: 1, default: 20 },
    ],
    ["number|convert:true", { type: "number" }],
    [{ type: "boolean" }, { type: "boolean" }],
    [{ type: "enum", values: ["a", 1] }, { enum: ["a", 1] }],
    ["string[]", { type: "array", items: { type: "string" } }],
    [
      { type: "array", max: 3, items: { type: "object", props: { id: "number" } } },
      {
        type: "array",
        maxItems: 3,
        items: { type: "object", properties: { id: { type: "number" } }, required: ["id"] },
      },
    ],
    [
      { type: "record", key: { type: "string", max: 9 }, value: [{ type: "string" }, { type: "number" }] },
      {
        type: "object",
        propertyNames: { type: "string", maxLength: 9 },
        additionalProperties: { anyOf: [{ type: "string" }, { type: "number" }] },
      },
    ],
    [
      { type: "custom", schema: { type: "string", format: "password" } },
      { type: "string", format: "password" },
    ],
    [{ type: "custom" }, {}],
    ["any", {}],
  ];
  for (const [rule, schema] of cases) assert.deepEqual(schemaOf(rule), schema, JSON.stringify(rule));
});

test("when a pattern came over the mesh, which carries none, then it is left out", () => {
  assert.deepEqual(schemaOf(JSON.parse(JSON.stringify({ type: "string", pattern: /^a/ }))), { type: "string" });
});

test("what is not optional and has no default is required; what $$strict says is no parameter", () => {
  const rules = rulesOf({ a: "string", b: "string|optional", c: { type: "number", default: 1 }, $$strict: true });
  assert.deepEqual(objectOf(rules), {
    type: "object",
    properties: { a: { type: "string" }, b: { type: "string" }, c: { type: "number", default: 1 } },
    required: ["a"],
  });
});
