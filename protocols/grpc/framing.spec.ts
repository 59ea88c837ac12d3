import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Framing } from "./framing.ts";

const framed = (size: number): Buffer => {
  const message = Buffer.alloc(5 + size, 0xff);
  message.writeUInt8(0, 0);
  message.writeUInt32BE(size, 1);
  return message;
};

test("however a stream is cut, it is known how much is there of the message that is not whole", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sizes, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (messages, cuts) => {
      const stream = Buffer.concat(messages.map(framed));
      const ends = messages.map((_, index) => messages.slice(0, index + 1).reduce((sum, size) => sum + 5 + size, 0));
      const framing = new Framing();
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const next = Math.min(stream.length, at + (cuts[turn % cuts.length] ?? 1));
        const whole = Math.max(0, ...ends.filter((end) => end <= next));
        assert.equal(framing.take(stream.subarray(at, next)), next - whole);
        at = next;
      }
    }),
  );
});
