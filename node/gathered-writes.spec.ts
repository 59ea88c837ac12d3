import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { gatherWrites } from "./gathered-writes.ts";

/** Each element is what went to the kernel in one call. */
function socket(): { stream: Writable; calls: string[] } {
  const calls: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      calls.push(String(chunk));
      done();
    },
    writev(chunks, done) {
      calls.push(chunks.map(({ chunk }) => String(chunk)).join(""));
      done();
    },
  });
  gatherWrites(stream);
  return { stream, calls };
}

test("when frames are written in one turn, then they leave together, in their order, and those of the next turn after them", async () => {
  const { stream, calls } = socket();
  for (const frame of ["a", "b", "c"]) stream.write(frame);
  await nextTurn();
  for (const frame of ["d", "e"]) stream.write(frame);
  await nextTurn();
  assert.deepEqual(calls, ["abc", "de"]);
});

test("when the stream ends in the turn of a write, then nothing is lost", async () => {
  const { stream, calls } = socket();
  stream.write("a");
  stream.end("b");
  await nextTurn();
  assert.equal(calls.join(""), "ab");
  assert.ok(stream.writableFinished);
});

test("when more is written than may wait, then who writes is told, and told when there is room again", async () => {
  const { stream } = socket();
  const drained = new Promise((resolve) => stream.once("drain", resolve));
  assert.equal(stream.write(Buffer.alloc(stream.writableHighWaterMark)), false);
  await drained;
});
