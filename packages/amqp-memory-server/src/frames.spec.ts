import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FrameReader, FrameWriter, frameType, readContentHeader } from "./frames.ts";

type Frame = [type: number, channel: number, payload: string];

function frames(chunks: Iterable<Buffer>, frameMax = 131_072): Frame[] {
  const reader = new FrameReader(frameMax);
  const heard: Frame[] = [];
  for (const chunk of chunks)
    reader.push(chunk, (...[type, channel, payload]) => heard.push([type, channel, payload.toString("hex")]));
  return heard;
}

/** A frame by hand. */
function frame(type: number, channel: number, payload: Buffer, end = 0xce): Buffer {
  const start = Buffer.alloc(7);
  start.writeUInt8(type);
  start.writeUInt16BE(channel, 1);
  start.writeUInt32BE(payload.length, 3);
  return Buffer.concat([start, payload, Buffer.from([end])]);
}

const anyFrame = fc.record({
  type: fc.constantFrom(1, 2, 3, 8),
  channel: fc.nat(65_535),
  payload: fc.uint8Array({ maxLength: 3000 }),
});

describe("a frame reader", () => {
  it("finds the same frames however the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (given, places) => {
        const stream = Buffer.concat(
          given.map(({ type, channel, payload }) => frame(type, channel, Buffer.from(payload))),
        );
        const cuts = [0, ...places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b), stream.length];
        const pieces = cuts.slice(1).map((end, index) => stream.subarray(cuts[index], end));
        const expected = given.map(
          ({ type, channel, payload }): Frame => [type, channel, Buffer.from(payload).toString("hex")],
        );
        assert.deepEqual(frames(pieces), expected);
      }),
    );
  });

  it("refuses a frame that is too large as soon as its size is there, and one that does not end", () => {
    assert.throws(() => frames([frame(1, 0, Buffer.alloc(5000)).subarray(0, 7)], 4096), { replyCode: 501 });
    assert.equal(frames([frame(3, 0, Buffer.alloc(4088))], 4096).length, 1);
    assert.throws(() => frames([frame(1, 0, Buffer.from("x"), 0xcd)]), { replyCode: 501 });
  });

  it("copies a large frame in small pieces once, and does not keep a chunk for its last few bytes", () => {
    const large = frame(3, 1, Buffer.alloc(100_000, 7));
    const pieces = Array.from({ length: Math.ceil(large.length / 100) }, (_, at) =>
      large.subarray(at * 100, at * 100 + 100),
    );
    assert.equal(frames(pieces).length, 1);
  });
});

describe("a frame writer", () => {
  function written(writer: FrameWriter): Frame[] {
    return frames(writer.take());
  }

  it("lays out a method, its header and its body in pieces that fit", () => {
    fc.assert(
      fc.property(fc.nat(40_000), fc.integer({ min: 4096, max: 20_000 }), (size, frameMax) => {
        const writer = new FrameWriter(frameMax);
        const body = Buffer.alloc(size, 5);
        writer.method(7, "basic.return", { replyCode: 312, replyText: "NO_ROUTE", exchange: "", routingKey: "k" });
        writer.content(7, { properties: Buffer.alloc(2), body });
        const pending = writer.pending;
        const chunks = writer.take();
        assert.equal(Buffer.concat(chunks).length, pending);
        const [method, header, ...bodies] = frames(chunks, frameMax);
        assert.equal(method?.[0], frameType.method);
        assert.equal(readContentHeader(Buffer.from(header?.[2] ?? "", "hex")).bodySize, size);
        assert.equal(bodies.length, Math.ceil(size / (frameMax - 8)));
        assert.equal(bodies.map(([, , payload]) => payload).join(""), body.toString("hex"));
      }),
    );
  });

  it("hands out each byte once, over many takes and chunks", () => {
    const writer = new FrameWriter(131_072);
    let count = 0;
    for (let round = 0; round < 2000; round++) {
      for (let index = 0; index <= round % 7; index++) writer.method(1, "queue.purge-ok", { messageCount: round });
      if (round % 50 === 0) writer.content(1, { properties: Buffer.alloc(600), body: Buffer.alloc(20_000) });
      for (const [type, , payload] of written(writer)) {
        if (type !== frameType.method) continue;
        assert.equal(Number.parseInt(payload.slice(8), 16), round);
        count++;
      }
      assert.equal(writer.pending, 0);
    }
    assert.equal(count, 7995);
  });

  it("takes a method larger than its chunks", () => {
    const writer = new FrameWriter(1_000_000);
    writer.method(0, "connection.secure", { challenge: "c".repeat(200_000) });
    writer.heartbeat();
    assert.deepEqual(
      frames(writer.take(), 1_000_000).map(([type, , payload]) => [type, payload.length / 2]),
      [
        [1, 200_008],
        [8, 0],
      ],
    );
  });
});
