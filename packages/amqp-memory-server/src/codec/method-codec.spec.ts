import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ByteWriter } from "./bytes.ts";
import { longstr } from "./fields.ts";
import { type MethodArguments, type MethodName, readMethod, writeMethod } from "./method-codec.ts";
import { type FieldType, methodTable } from "./methods.ts";

const names = Object.keys(methodTable) as MethodName[];
const fieldsOf = (name: MethodName) => Object.entries(methodTable[name][2]) as [string, FieldType][];

const arbitraries: Record<FieldType, fc.Arbitrary<unknown>> = {
  bit: fc.boolean(),
  octet: fc.nat(255),
  short: fc.nat(65_535),
  long: fc.nat(4_294_967_295),
  longlong: fc.maxSafeNat(),
  shortstr: fc.string({ unit: "binary-ascii", maxLength: 255 }),
  longstr: fc.string({ unit: "binary-ascii", maxLength: 400 }),
  table: fc
    .dictionary(fc.string({ unit: "binary-ascii", maxLength: 9 }), fc.constant(longstr("v")))
    .map((o) => new Map(Object.entries(o))),
};
const anyMethod = fc.constantFrom(...names).chain((name) => {
  const values = Object.fromEntries(fieldsOf(name).map(([field, type]) => [field, arbitraries[type]]));
  return fc.record(values).map((fields) => ({ name, fields }));
});

function payload(name: MethodName, fields: Record<string, unknown>): Buffer {
  const writer = new ByteWriter(4);
  writeMethod(writer, name, fields as MethodArguments<typeof name>);
  return Buffer.from(writer.written());
}

describe("every method of the table", () => {
  it("comes back as it was written", () => {
    fc.assert(
      fc.property(anyMethod, ({ name, fields }) => {
        const { name: read, id, ...values } = readMethod(payload(name, fields)) as unknown as Record<string, unknown>;
        const [classId, methodId] = methodTable[name];
        assert.deepEqual({ read, id, values }, { read: name, id: { classId, methodId }, values: { ...fields } });
      }),
      { numRuns: 500 },
    );
  });

  it("has ids of its own", () => {
    assert.equal(new Set(names.map((name) => methodTable[name].slice(0, 2).join("."))).size, names.length);
  });

  it("when it is cut short or goes on, is refused with the method to blame", () => {
    fc.assert(
      fc.property(anyMethod, fc.nat(), ({ name, fields }, place) => {
        const whole = payload(name, fields);
        const [classId, methodId] = methodTable[name];
        const blamed = (error: { replyCode: number; method?: unknown }) => {
          assert.equal(error.replyCode, 501);
          assert.deepEqual(error.method, { classId, methodId });
          return true;
        };
        if (whole.length > 4)
          assert.throws(() => readMethod(whole.subarray(0, 4 + (place % (whole.length - 4)))), blamed);
        assert.throws(() => readMethod(Buffer.concat([whole, Buffer.alloc(1)])), blamed);
      }),
    );
  });
});

describe("a method frame", () => {
  it("shares an octet among bits that follow each other, from the lowest on", () => {
    const flags = { passive: true, durable: false, exclusive: true, autoDelete: false, nowait: true };
    const bytes = payload("queue.declare", { queue: "q", ...flags, arguments: new Map() });
    assert.equal(bytes.toString("hex"), "0032000a" + "0000" + "0171" + "15" + "00000000");
  });

  it("when nobody knows its method, is answered with 540; when it holds none, with 501", () => {
    assert.throws(() => readMethod(Buffer.from([0, 10, 0, 99])), { replyCode: 540 });
    assert.throws(() => readMethod(Buffer.from([0xff, 0xff, 0, 10])), { replyCode: 540 });
    assert.throws(() => readMethod(Buffer.from([0, 10, 0])), { replyCode: 501 });
  });
});
