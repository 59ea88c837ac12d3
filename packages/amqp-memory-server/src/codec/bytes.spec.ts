import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ByteReader, ByteWriter, raw, text } from "./bytes.ts";

describe("the protocol's primitive types", () => {
  it("come back as they were written, whatever stands beside them", () => {
    const values = fc.record({
      octet: fc.nat(0xff),
      short: fc.nat(0xffff),
      long: fc.nat(0xffff_ffff),
      longlong: fc.maxSafeNat(),
      name: fc.string({ maxLength: 80 }).map(raw),
      text: fc.string({ maxLength: 2000 }).map(raw),
      bytes: fc.uint8Array({ maxLength: 300 }).map(Buffer.from),
    });
    fc.assert(
      fc.property(values, (value) => {
        const writer = new ByteWriter(1);
        writer.uint8(value.octet);
        writer.uint16(value.short);
        writer.uint32(value.long);
        writer.uint64(value.longlong);
        writer.shortstr(value.name.slice(0, 255));
        writer.longstr(value.text);
        writer.bytes(value.bytes);
        const reader = new ByteReader(writer.written());
        assert.equal(reader.uint8(), value.octet);
        assert.equal(reader.uint16(), value.short);
        assert.equal(reader.uint32(), value.long);
        assert.equal(reader.uint64(), value.longlong);
        assert.equal(reader.shortstr(), value.name.slice(0, 255));
        assert.equal(reader.longstr(), value.text);
        assert.deepEqual(reader.bytes(value.bytes.length), value.bytes);
        assert.equal(reader.remaining, 0);
      }),
    );
  });

  it("when a field runs past the end, it is the peer's syntax error, at every length", () => {
    const whole = new ByteWriter();
    whole.longstr("eleven long");
    const bytes = whole.written();
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => new ByteReader(bytes.subarray(0, length)).longstr(), /SYNTAX_ERROR/);
    }
    assert.throws(() => new ByteReader(bytes, 0, 8).longstr(), /SYNTAX_ERROR/, "past the reader's own end");
  });

  it("when a text of the server's is longer than a short string can be, it is cut", () => {
    const writer = new ByteWriter();
    writer.shortstr("x".repeat(300));
    assert.equal(new ByteReader(writer.written()).shortstr(), "x".repeat(255));
  });
});

describe("texts", () => {
  it("keep every byte while they are names, and are readable where people see them", () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const name = new ByteReader(Buffer.concat([Buffer.from([255]), bytes])).shortstr();
    const writer = new ByteWriter();
    writer.shortstr(name);
    assert.deepEqual(writer.written().subarray(1), bytes.subarray(0, 255));
    assert.equal(text(raw("Grüße, 世界")), "Grüße, 世界");
  });
});
