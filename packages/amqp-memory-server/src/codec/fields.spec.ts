import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ByteReader, ByteWriter } from "./bytes.ts";
import {
  bool,
  canonicalTable,
  type Field,
  integer,
  long,
  longstr,
  readTable,
  sameField,
  type Table,
  writeTable,
} from "./fields.ts";

const bytes = (maxLength: number) => fc.string({ unit: "binary-ascii", maxLength });
const plain = { noNullPrototype: true };
const { value: anyField } = fc.letrec<{ value: Field }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.boolean().map(bool),
    fc.record({ type: fc.constant("byte" as const), value: fc.integer({ min: -128, max: 127 }) }, plain),
    fc.record({ type: fc.constant("unsignedbyte" as const), value: fc.nat(255) }, plain),
    fc.record({ type: fc.constant("short" as const), value: fc.integer({ min: -32_768, max: 32_767 }) }, plain),
    fc.record({ type: fc.constant("unsignedshort" as const), value: fc.nat(65_535) }, plain),
    fc.record({ type: fc.constant("signedint" as const), value: fc.integer() }, plain),
    fc.record({ type: fc.constant("unsignedint" as const), value: fc.nat(4_294_967_295) }, plain),
    fc.record(
      { type: fc.constant("long" as const), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
      plain,
    ),
    fc.record({ type: fc.constant("timestamp" as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }, plain),
    fc.record({ type: fc.constant("float" as const), value: fc.float() }, plain),
    fc.record({ type: fc.constant("double" as const), value: fc.double() }, plain),
    fc.record({ type: fc.constant("decimal" as const), scale: fc.nat(255), value: fc.nat(4_294_967_295) }, plain),
    fc.record({ type: fc.constantFrom("longstr" as const, "binary" as const), value: bytes(100) }, plain),
    fc.constant<Field>({ type: "void" }),
    fc.array(tie("value"), { maxLength: 4 }).map((value): Field => ({ type: "array", value })),
    fc
      .array(fc.tuple(bytes(20), tie("value")), { maxLength: 4 })
      .map((pairs): Field => ({ type: "table", value: new Map(pairs) })),
  ),
}));
const anyTable = fc.array(fc.tuple(bytes(20), anyField), { maxLength: 6 }).map((pairs): Table => new Map(pairs));

function encoded(entries: Table): Buffer {
  const writer = new ByteWriter(8);
  writeTable(writer, entries);
  return writer.written();
}
const decoded = (table: Buffer): Table => readTable(new ByteReader(table));

/** A table within a table within a table. */
function nested(levels: number): Table {
  let inner: Table = new Map([["end", longstr("here")]]);
  for (let level = 0; level < levels; level++) inner = new Map([["t", { type: "table", value: inner }]]);
  return inner;
}

describe("a field table", () => {
  it("comes back with all its types as it was written", () => {
    fc.assert(fc.property(anyTable, (entries) => assert.deepEqual(decoded(encoded(entries)), entries)));
  });

  it("when it is cut anywhere, or any byte of it changed, is read or refused, and nothing else", () => {
    fc.assert(
      fc.property(anyTable, fc.nat(), fc.nat(255), (entries, place, byte) => {
        const table = Buffer.from(encoded(entries));
        const at = place % table.length;
        assert.throws(() => decoded(table.subarray(0, at)), /SYNTAX_ERROR/);
        table[at] = byte;
        try {
          decoded(table);
        } catch (error) {
          assert.match(String(error), /SYNTAX_ERROR/);
        }
      }),
    );
  });

  it("may nest as deep as anybody needs, and no deeper", () => {
    assert.deepEqual(decoded(encoded(nested(50))), nested(50));
    assert.throws(() => decoded(encoded(nested(100))), /nests deeper than/);
    const arrays = Buffer.concat([Buffer.from("\x01a"), Buffer.from("A\0\0\0\x7f".repeat(20_000), "latin1")]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(arrays.length);
    assert.throws(() => decoded(Buffer.concat([size, arrays])), /SYNTAX_ERROR/);
  });

  it("when a value's type is unknown, it is refused and the letter named", () => {
    assert.throws(() => decoded(Buffer.from("\0\0\0\x03\x01aZ", "latin1")), /unknown field type "Z"/);
  });
});

describe("values", () => {
  it("are whole numbers whatever their width, and nothing else is", () => {
    assert.equal(integer({ type: "byte", value: -3 }), -3);
    assert.equal(integer(long(2 ** 40)), 2 ** 40);
    for (const other of [undefined, longstr("3"), bool(true), { type: "double", value: 3 } as const]) {
      assert.equal(integer(other), undefined);
    }
  });

  it("are the same across the widths of whole numbers, but not across kinds", () => {
    assert(sameField({ type: "byte", value: 5 }, long(5)));
    assert(!sameField(longstr("5"), long(5)));
    assert(!sameField(longstr("x"), { type: "binary", value: "x" }));
    assert(!sameField(undefined, { type: "void" }));
    assert(sameField(undefined, undefined));
  });

  it("of a table are the same in any order of its keys", () => {
    fc.assert(
      fc.property(anyTable, (entries) => {
        const reversed = new Map([...entries].reverse());
        assert.equal(canonicalTable(reversed), canonicalTable(entries));
      }),
    );
    const [one, other] = [new Map([["a", longstr("b")]]), new Map([["a", longstr("c")]])];
    assert.notEqual(canonicalTable(one), canonicalTable(other));
  });
});
