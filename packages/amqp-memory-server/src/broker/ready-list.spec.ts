import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { message, properties } from "../../test/support/broker.ts";
import { QueuedMessage } from "./queue.ts";
import { ReadyList } from "./ready-list.ts";

const entry = (position: number, priority = 0): QueuedMessage =>
  new QueuedMessage(message(`${position}`, properties({ priority })), position, Number.POSITIVE_INFINITY);
const positions = (list: ReadyList): number[] => [...list.shiftWhile(() => true)].map(({ position }) => position);

describe("messages that wait", () => {
  it("leave in the order in which they came, highest priority first", () => {
    const list = new ReadyList(3);
    for (const [position, priority] of [0, 3, 1, 3, 9, 0].entries()) list.push(entry(position, priority));
    const left: number[] = [];
    for (let next = list.shift(); next !== undefined; next = list.shift()) left.push(next.position);
    assert.deepEqual(left, [1, 3, 4, 2, 0, 5]);
    assert.equal(list.length, 0);
  });

  it("when they come back in any order, stand where they stood among those that waited on", () => {
    const steps = fc.array(fc.oneof(fc.constant("push"), fc.constant("shift"), fc.nat(5)), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.nat(2), (played, maxPriority) => {
        const list = new ReadyList(maxPriority);
        const out: QueuedMessage[] = [];
        const model: QueuedMessage[] = [];
        let position = 0;
        const lane = ({ message: { priority } }: QueuedMessage): number => Math.min(priority, maxPriority);
        const inOrder = (a: QueuedMessage, b: QueuedMessage): number => lane(b) - lane(a) || a.position - b.position;
        for (const step of played) {
          if (step === "push") {
            const pushed = entry(position, position++ % 4);
            list.push(pushed);
            model.push(pushed);
          } else if (step === "shift") {
            model.sort(inOrder);
            const shifted = list.shift();
            assert.equal(shifted, model.shift());
            if (shifted !== undefined) out.push(shifted);
          } else {
            // Some of those that are out come back, the last taken first.
            const back = out.splice(-step, step).reverse();
            list.restore(back);
            model.push(...back);
          }
          assert.equal(list.length, model.length);
          assert.equal(list.peek(), [...model].sort(inOrder)[0]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("when tens of thousands come back among as many others, are merged at once", () => {
    const list = new ReadyList();
    const all = Array.from({ length: 60_000 }, (_, position) => entry(position));
    for (const one of all) list.push(one);
    for (const _ of all) list.shift();
    list.restore(all.filter(({ position }) => position % 2 === 0));
    list.restore(all.filter(({ position }) => position % 2 === 1));
    assert.deepEqual(
      positions(list),
      all.map(({ position }) => position),
    );
  });

  it("may come back behind all others, where a queue says so", () => {
    const list = new ReadyList();
    for (const position of [1, 2]) list.push(entry(position));
    list.restore([entry(7), entry(6)]);
    assert.deepEqual(positions(list), [1, 2, 6, 7]);
  });

  it("are looked at from the head of each priority, and let go for as long as a condition holds", () => {
    const list = new ReadyList(1);
    for (const [position, priority] of [0, 1, 0, 1].entries()) list.push(entry(position, priority));
    assert.deepEqual(
      list.heads().map(({ position }) => position),
      [0, 1],
    );
    const gone = [...list.shiftWhile(({ position }) => position < 2)].map(({ position }) => position);
    assert.deepEqual(gone.sort(), [0, 1]);
    assert.equal(list.length, 2);
    assert.deepEqual(new ReadyList(255).heads(), []);
    assert.equal(new ReadyList(255).shift(), undefined);
  });
});
