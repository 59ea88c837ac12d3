import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { entries, queue, TestHost } from "../../test/support/broker.ts";
import { bool, type Field, long, longstr } from "../codec/fields.ts";
import { type Binding, Exchange, type ExchangeType } from "./exchange.ts";

const host = new TestHost();
const [one, two] = [queue(host), queue(host)];
const exchange = (type: ExchangeType): Exchange =>
  new Exchange("e", { type, durable: false, autoDelete: false, internal: false, arguments: new Map() });
const binding = (
  destination: Binding["destination"],
  routingKey: string,
  args: Record<string, Field> = {},
): Binding => ({
  destination,
  routingKey,
  arguments: entries(args),
});
const matches = (from: Exchange, key: string, headers: Record<string, Field> = {}): number =>
  new Set(from.match(key, () => entries(headers))).size;

describe("an exchange", () => {
  it("of type direct routes by the very key", () => {
    const direct = exchange("direct");
    direct.bind(binding(one, "a"));
    direct.bind(binding(two, "b"));
    assert.deepEqual([...direct.match("a", () => new Map())], [one]);
    assert.equal(matches(direct, ""), 0);
  });

  it("of type fanout routes to all, whatever the key", () => {
    const fanout = exchange("fanout");
    fanout.bind(binding(one, "a"));
    assert.equal(matches(fanout, "z"), 1);
  });

  it("binds the same once, and tells bindings apart by key and arguments", () => {
    const direct = exchange("direct");
    assert.equal(direct.bind(binding(one, "a", { x: long(1), y: bool(true) })), true);
    assert.equal(direct.bind(binding(one, "a", { y: bool(true), x: long(1) })), false);
    assert.equal(direct.bind(binding(one, "a")), true);
    assert.equal(direct.bind(binding(one, "b")), true);
    assert.equal(direct.bindingCount, 3);
    assert.equal(direct.unbind(binding(one, "a")), true);
    assert.equal(direct.unbind(binding(one, "a")), false);
    assert.equal(matches(direct, "a"), 1);
  });

  for (const type of ["direct", "fanout", "topic", "headers"] as const) {
    it(`of type ${type} forgets a destination that goes away, and no other`, () => {
      const made = exchange(type);
      const other = new Exchange("q", exchange("fanout").properties);
      made.bind(binding(one, "a"));
      made.bind(binding(one, "b"));
      made.bind(binding(other, "a"));
      assert.equal(made.leadsTo(one), true);
      assert.equal(made.unbindAll(one).length, 2);
      assert.equal(made.leadsTo(one), false);
      assert.deepEqual([...made.match("a", () => new Map())], [other]);
      assert.deepEqual([...made.bindings], [binding(other, "a")]);
      assert.deepEqual(made.unbindAll(one), []);
    });
  }
});

describe("an exchange of type headers", () => {
  const table: [what: string, args: Record<string, Field>, headers: Record<string, Field>, taken: boolean][] = [
    [
      "all by default: all of them",
      { a: long(1), b: longstr("x") },
      { a: long(1), b: longstr("x"), c: bool(true) },
      true,
    ],
    ["all by default: one is missing", { a: long(1), b: longstr("x") }, { a: long(1) }, false],
    ["any: one of them", { "x-match": longstr("any"), a: long(1), b: long(2) }, { b: long(2) }, true],
    ["any: none", { "x-match": longstr("any"), a: long(1) }, { a: long(2) }, false],
    ["any: no argument to match", { "x-match": longstr("any") }, { a: long(2) }, false],
    ["no arguments: everything", {}, {}, true],
    ["a void argument: present is enough", { a: { type: "void" } }, { a: longstr("whatever") }, true],
    ["a void argument: absent", { a: { type: "void" } }, {}, false],
    ["x- arguments do not count", { "x-kind": longstr("k"), a: long(1) }, { a: long(1) }, true],
    ["but do in all-with-x", { "x-match": longstr("all-with-x"), "x-kind": longstr("k") }, {}, false],
    [
      "and in any-with-x",
      { "x-match": longstr("any-with-x"), "x-kind": longstr("k") },
      { "x-kind": longstr("k") },
      true,
    ],
    ["numbers of another width", { a: long(5) }, { a: { type: "byte", value: 5 } }, true],
    ["a text is no number", { a: long(5) }, { a: longstr("5") }, false],
  ];
  for (const [what, args, headers, taken] of table) {
    it(`takes by ${what}: ${taken ? "yes" : "no"}`, () => {
      const made = exchange("headers");
      made.bind(binding(one, "", args));
      assert.equal(matches(made, "any key", headers), taken ? 1 : 0);
    });
  }

  it("refuses a way to match that does not exist", () => {
    for (const mode of [longstr("some"), long(1)]) {
      assert.throws(() => exchange("headers").bind(binding(one, "", { "x-match": mode })), { replyCode: 406 });
    }
    assert.equal(exchange("direct").bind(binding(one, "", { "x-match": longstr("some") })), true);
  });
});
