import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { Broker } from "../broker/broker.ts";
import { ByteWriter } from "../codec/bytes.ts";
import type { MethodOf } from "../codec/method-codec.ts";
import { resolveOptions } from "../options.ts";
import { ContentAssembly } from "./content-assembly.ts";

const publish = { name: "basic.publish", id: { classId: 60, methodId: 40 } } as MethodOf<"basic.publish">;

function header(bodySize: number, { classId = 60, weight = 0 } = {}): Buffer {
  const writer = new ByteWriter();
  writer.uint16(classId);
  writer.uint16(weight);
  writer.uint64(bodySize);
  writer.uint16(0);
  return writer.written();
}

let broker: Broker;
let assembly: ContentAssembly;
beforeEach(() => {
  broker = new Broker(resolveOptions({ maxMessageSize: 5000, memoryLimit: 10_000 }));
  assembly = new ContentAssembly(broker);
});

describe("a message that comes in pieces", () => {
  it("is whole when its announced size is there, whatever the pieces", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.array(fc.nat(3000), { maxLength: 20 }), (bytes, places) => {
        const body = Buffer.from(bytes);
        assembly.begin(publish);
        let content = assembly.header(header(body.length));
        const cuts = [0, ...places.map((place) => Math.min(place, body.length)).sort((a, b) => a - b), body.length];
        for (let index = 1; index < cuts.length && content === undefined; index++) {
          content = assembly.body(body.subarray(cuts[index - 1], cuts[index]));
        }
        assert.deepEqual(content?.body, body);
        assert.equal(content.method, publish);
        assembly.reset();
        assert.equal(broker.memory.used, 0);
      }),
    );
  });

  it("is a copy: what it was read from may be used again", () => {
    assembly.begin(publish);
    assembly.header(header(4));
    const chunk = Buffer.from("abcd");
    const content = assembly.body(chunk);
    chunk.fill("z");
    assert.equal(content?.body.toString(), "abcd");
  });

  it("counts as used memory while it comes, and no more once it is given up", () => {
    assembly.begin(publish);
    assembly.header(header(100));
    assembly.body(Buffer.alloc(60));
    assert.equal(broker.memory.used, 60);
    assembly.reset();
    assert.equal(broker.memory.used, 0);
    assembly.expectMethod();
  });

  it("when it announces more than is allowed, is refused with 406", () => {
    assembly.begin(publish);
    assert.throws(() => assembly.header(header(5001)), { replyCode: 406 });
  });

  it("may end although the memory is used up, but not without bound", () => {
    broker.memory.add(10_000);
    assembly.begin(publish);
    assembly.header(header(5000));
    assert.equal(assembly.body(Buffer.alloc(4000)), undefined);
    broker.memory.add(500);
    assert.throws(() => assembly.body(Buffer.alloc(1000)), { replyCode: 506 });
    assembly.reset();
    assert.equal(broker.memory.used, 10_500);
  });
});

describe("a frame out of turn", () => {
  const begun = (): void => assembly.begin(publish);
  const withHeader = (): void => {
    begun();
    assembly.header(header(10));
  };
  const turns: [what: string, before: () => void, then: () => void][] = [
    ["a header without its method", () => {}, () => assembly.header(header(1))],
    ["a body without its method", () => {}, () => assembly.body(Buffer.alloc(1))],
    ["a body instead of the header", begun, () => assembly.body(Buffer.alloc(1))],
    ["a method instead of the header", begun, () => assembly.expectMethod()],
    ["a second header", withHeader, () => assembly.header(header(1))],
    ["a method instead of the body", withHeader, () => assembly.expectMethod()],
    ["more body than announced", withHeader, () => assembly.body(Buffer.alloc(11))],
    ["a header of another class", begun, () => assembly.header(header(1, { classId: 10 }))],
    ["a header with a weight", begun, () => assembly.header(header(1, { weight: 1 }))],
  ];
  for (const [what, before, then] of turns) {
    it(`(${what}) is answered with 505`, () => {
      before();
      assert.throws(then, { replyCode: 505 });
    });
  }
});
