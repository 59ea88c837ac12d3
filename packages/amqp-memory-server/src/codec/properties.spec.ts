import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteWriter } from "./bytes.ts";
import { longstr, type Table, writeTable } from "./fields.ts";
import { changeProperties, readProperties, withHeaders } from "./properties.ts";

const headers: Table = new Map([["a", longstr("1")]]);

/** All fourteen properties. */
function everything(): Buffer {
  const writer = new ByteWriter();
  writer.uint16(0xfffc);
  writer.shortstr("text/plain");
  writer.shortstr("gzip");
  writeTable(writer, headers);
  writer.uint8(2);
  writer.uint8(9);
  for (const value of ["correlation", "reply", "1500", "message"]) writer.shortstr(value);
  writer.uint64(1_700_000_000);
  for (const value of ["type", "guest", "app", "cluster"]) writer.shortstr(value);
  return Buffer.from(writer.written());
}

describe("a property list", () => {
  it("is read as far as the server needs it", () => {
    assert.deepEqual(readProperties(everything()), {
      headers,
      deliveryMode: 2,
      priority: 9,
      replyTo: "reply",
      expiration: "1500",
      userId: "guest",
    });
    assert.deepEqual(readProperties(Buffer.alloc(2)), { headers: new Map() });
  });

  it("when it is shorter or longer than its flags say, is refused: nobody else must get to see it", () => {
    const whole = everything();
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => readProperties(whole.subarray(0, length)), /SYNTAX_ERROR/, `${length} bytes`);
    }
    assert.throws(() => readProperties(Buffer.concat([whole, Buffer.alloc(1)])), /SYNTAX_ERROR/);
    assert.throws(() => readProperties(Buffer.from([0x80, 0x00, 5])), /SYNTAX_ERROR/, "a content type cut short");
  });

  it("keeps every other byte when some of it is changed", () => {
    const whole = everything();
    assert.deepEqual(changeProperties(whole, {}), whole);
    const changed = changeProperties(whole, { replyTo: "other", expiration: undefined, headers: new Map() });
    const read = readProperties(changed);
    assert.deepEqual(read, { headers: new Map(), deliveryMode: 2, priority: 9, replyTo: "other", userId: "guest" });
    for (const kept of ["text/plain", "gzip", "correlation", "message", "type", "app", "cluster"]) {
      assert(changed.includes(kept), kept);
    }
  });

  it("gets properties that it did not have", () => {
    const changed = changeProperties(Buffer.alloc(2), { headers, replyTo: "there" });
    assert.deepEqual(readProperties(changed), { headers, replyTo: "there" });
  });

  it("leaves the headers given untouched when some are added", () => {
    assert.deepEqual([...withHeaders(headers, [["b", longstr("2")]]).keys()], ["a", "b"]);
    assert.equal(headers.size, 1);
  });
});
