import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Binding } from "./exchange.ts";
import { TopicRouter } from "./topic-router.ts";

const binding = (routingKey: string): Binding => ({
  routingKey,
  arguments: new Map(),
  destination: {} as Binding["destination"],
});
const matches = (router: TopicRouter, key: string): string[] =>
  [...router.match(key)].map((found) => found.routingKey).sort();

/** The rule as the specification words it, tried in every way. */
function rule(pattern: readonly string[], key: readonly string[]): boolean {
  const [first, ...others] = pattern;
  if (first === undefined) return key.length === 0;
  if (first === "#") return rule(others, key) || (key.length > 0 && rule(pattern, key.slice(1)));
  return key.length > 0 && (first === "*" || first === key[0]) && rule(others, key.slice(1));
}
const words = (key: string): string[] => (key === "" ? [] : key.split("."));

describe("a topic pattern", () => {
  const table: [pattern: string, matching: string[], other: string[]][] = [
    ["a.b", ["a.b"], ["a", "a.b.c", "a.c", "b.a", ""]],
    ["a.*", ["a.b", "a."], ["a", "a.b.c"]],
    ["*", ["a"], ["", "a.b"]],
    ["#", ["", "a", "a.b.c"], []],
    ["a.#", ["a", "a.b", "a.b.c"], ["", "b.a"]],
    ["#.z", ["z", "a.z", "a.z.z"], ["", "z.a"]],
    ["a.#.z", ["a.z", "a.b.z", "a.z.z"], ["a", "z"]],
    ["#.*", ["a", "a.b"], [""]],
    ["", [""], ["a"]],
  ];
  for (const [pattern, matching, other] of table) {
    it(`"${pattern}" takes ${matching.join(", ") || "the empty key"} and not ${other.join(", ") || "nothing"}`, () => {
      const router = new TopicRouter();
      router.add(binding(pattern));
      for (const key of matching) assert.deepEqual(matches(router, key), [pattern], key);
      for (const key of other) assert.deepEqual(matches(router, key), [], key);
    });
  }

  it("takes what the rule says, alone and among others, and nothing once it is removed", () => {
    const word = fc.constantFrom("a", "b", "*", "#");
    const pattern = fc.array(word, { maxLength: 6 }).map((list) => list.join("."));
    const plain = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 6 }).map((list) => list.join("."));
    fc.assert(
      fc.property(
        fc.uniqueArray(pattern, { maxLength: 8 }),
        fc.array(plain, { maxLength: 8 }),
        fc.nat(),
        (patterns, keys, odd) => {
          const router = new TopicRouter();
          const bindings = patterns.map(binding);
          for (const one of bindings) router.add(one);
          const check = (expected: readonly string[]): void => {
            for (const key of keys) {
              assert.deepEqual(
                matches(router, key),
                expected.filter((one) => rule(words(one), words(key))).sort(),
                key,
              );
            }
          };
          check(patterns);
          const gone = bindings.filter((_, index) => (odd >> index) & 1);
          for (const one of gone) router.remove(one);
          for (const one of gone) router.remove(one);
          check(patterns.filter((one) => !gone.some(({ routingKey }) => routingKey === one)));
        },
      ),
    );
  });

  it("when it has many wildcards, costs no more than it has words", () => {
    const router = new TopicRouter();
    router.add(binding(Array.from({ length: 100 }, () => "#").join(".x.")));
    const key = Array.from({ length: 120 }, () => "x").join(".");
    const since = performance.now();
    for (let round = 0; round < 20; round++) assert.equal(matches(router, key).length, 1);
    assert(performance.now() - since < 5000);
  });
});
