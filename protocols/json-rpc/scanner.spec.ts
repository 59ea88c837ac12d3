import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ScanError, type Scanned, Scanner } from "./scanner.ts";

const limits = { size: 1 << 20, depth: 64 };

/** Everything that is found in a stream cut like this; the error last, when there is one. */
function scan(chunks: readonly Buffer[], scanner = new Scanner(limits)): (Scanned | string)[] {
  const found: (Scanned | string)[] = [];
  const take = (next: () => Scanned | undefined) => {
    for (let value = next(); value !== undefined; value = next()) found.push(value);
  };
  try {
    for (const chunk of chunks) {
      scanner.push(chunk);
      take(() => scanner.next());
    }
    take(() => scanner.end());
  } catch (error) {
    assert.ok(error instanceof ScanError, String(error));
    found.push(error.message);
  }
  return found;
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const texts = (found: readonly (Scanned | string)[]) =>
  found.map((value) => (typeof value === "string" ? value : value.text));

const awkward = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: "binary", maxLength: 80, size: "max" }),
  fc
    .array(fc.constantFrom("\\", '"', "}", "]", "{", "\n", "é", "日", "a"), { maxLength: 120, size: "max" })
    .map((parts) => parts.join("")),
  fc.record({
    id: fc.integer(),
    text: fc.array(fc.constantFrom("\\", '"', "x".repeat(30)), { maxLength: 40, size: "max" }),
  }),
);
const places = fc.array(fc.nat(100_000), { maxLength: 30, size: "max" });

test("any values, one a line or back to back or printed over lines, cut anywhere, come out as they went in", () => {
  const written = fc.record({
    text: fc.tuple(awkward, fc.constantFrom(0, 2)).map(([value, indent]) => JSON.stringify(value, null, indent)),
    gap: fc.constantFrom("\n", "\r\n", " \t", ""),
  });
  // Between two numbers or literals there is something, or they would be one.
  const touches = (text: string, next = "") => /["}\]]$/.test(text) || /^["{[]/.test(next);
  fc.assert(
    fc.property(fc.array(written, { maxLength: 8 }), places, (values, where) => {
      const stream = Buffer.from(
        values.map(({ text, gap }, at) => text + (gap || (touches(text, values[at + 1]?.text) ? "" : " "))).join(""),
      );
      assert.deepEqual(
        texts(scan(cut(stream, where))),
        values.map(({ text }) => text),
      );
    }),
    { numRuns: 400 },
  );
});

test("any bytes, cut anywhere, give what they give uncut, and throw nothing but a ScanError", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc
      .array(fc.constantFrom('{"', '"}', "[", "]", "\\", '"', "1", "true", ",", ":", " ", "\n", "é", "x".repeat(40)), {
        maxLength: 60,
      })
      .map((parts) => Buffer.from(parts.join(""))),
  );
  fc.assert(
    fc.property(bytes, places, (stream, where) => {
      const small = () => new Scanner({ size: 64, depth: 5 });
      assert.deepEqual(texts(scan(cut(stream, where))), texts(scan([stream])));
      // A value that is too large is told of once, wherever the cut is.
      assert.deepEqual(
        texts(scan(cut(stream, where), small())).filter((text) => text !== undefined && text.length <= 64),
        texts(scan([stream], small())).filter((text) => text !== undefined && text.length <= 64),
      );
    }),
    { numRuns: 600 },
  );
});

test("a value that comes byte by byte is found when its last byte is there, and not before", () => {
  const scanner = new Scanner(limits);
  const text = '{"a":"\\\\\\"}","b":[1,{"c":"日本"}]}';
  const bytes = Buffer.from(text);
  for (const [index, byte] of bytes.entries()) {
    scanner.push(Buffer.of(byte));
    const found = scanner.next();
    assert.equal(found?.text, index === bytes.length - 1 ? text : undefined);
    assert.equal(scanner.isPartial, index < bytes.length - 1);
  }
});

test("the depth is told", () => {
  assert.deepEqual(scan([Buffer.from('1 {"a":[[]]} []')]), [
    { text: "1", depth: 0 },
    { text: '{"a":[[]]}', depth: 3 },
    { text: "[]", depth: 1 },
  ]);
});

test("what begins no value, is too deep, cut off or not UTF-8 cannot be read on", () => {
  for (const [text, why] of [
    ["GET / HTTP/1.1\r\n", /not JSON/],
    ["[1]}", /not JSON/],
    [",", /not JSON/],
    ["1,2", /not JSON/],
    ["[".repeat(65), /deeper than 64/],
    ['{"a":', /ended within/],
    ['"abc', /ended within/],
  ] as const) {
    assert.match(String(texts(scan([Buffer.from(text)])).at(-1)), why, text);
  }
  assert.deepEqual(texts(scan([Buffer.from([0x22, 0xff, 0xfe, 0x22])])), ["what came is not text in UTF-8"]);
  assert.deepEqual(texts(scan([Buffer.from("[".repeat(64) + "]".repeat(64))])), ["[".repeat(64) + "]".repeat(64)]);
});

test("a value that is too large is told of with its head, swallowed, and what follows is found", () => {
  const large = `{"jsonrpc":"2.0","id":7,"data":"${"x".repeat(300)}"}`;
  const stream = Buffer.from(`[1]${large}\n[2]`);
  for (const size of [1, 10, 50, 1000]) {
    const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, at) =>
      stream.subarray(at * size, (at + 1) * size),
    );
    const found = scan(chunks, new Scanner({ size: 100, depth: 5 }));
    assert.equal(found.length, 3, `cut into ${size}`);
    assert.deepEqual(
      [found[0], found[2]],
      [
        { text: "[1]", depth: 1 },
        { text: "[2]", depth: 1 },
      ],
    );
    assert.match((found[1] as { head: string }).head, /^\{"jsonrpc":"2.0","id":7,/);
  }
  assert.equal(
    texts(scan([Buffer.from(`"${"x".repeat(2_000)}`)], new Scanner({ size: 100, depth: 5 }))).at(-1),
    "a value is far too large",
  );
});

test("a value of just the largest size is not too large", () => {
  const text = JSON.stringify("x".repeat(98));
  assert.deepEqual(texts(scan([Buffer.from(text)], new Scanner({ size: 100, depth: 5 }))), [text]);
});
