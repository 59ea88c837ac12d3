import assert from "node:assert/strict";
import { test } from "node:test";
import { isCoded } from "../test/support/grpc-node.ts";
import { Calls, MAX_CALL_BYTES, MAX_IN_FLIGHT } from "./calls.ts";

const calls = () => new Calls({ sent: 0, received: 0 });

test("when too many calls wait for their answers, then the next is refused, until one has its own", async () => {
  const many = calls();
  let answer = (_: { value: unknown }) => {};
  const waiting = new Promise<{ value: unknown }>((resolve) => {
    answer = resolve;
  });
  const asked = Array.from({ length: MAX_IN_FLIGHT }, () => many.run(() => waiting));
  assert.equal(many.inFlight, MAX_IN_FLIGHT);
  let begun = false;
  const more = many.run(async () => {
    begun = true;
    return { value: "begun" };
  });
  await assert.rejects(more, isCoded("OVERLOADED"));
  assert.equal(begun, false);
  answer({ value: "done" });
  await Promise.all(asked);
  assert.equal((await many.run(async () => ({ value: "again" }))).value, "again");
  assert.deepEqual([many.calls, many.errors, many.inFlight], [MAX_IN_FLIGHT + 2, 1, 0]);
  assert.equal(many.latency.count, many.calls);
});

test("when too large requests wait for their answers, then the next is refused until one has its own", async () => {
  const large = calls();
  const holding = (bytes: number, answer: Promise<unknown>) =>
    large.run(async (hold) => {
      hold(bytes);
      hold(bytes); // Asked of another node.
      return { value: await answer };
    });
  let end = (_: unknown) => {};
  const waiting = new Promise((resolve) => {
    end = resolve;
  });
  const one = holding(MAX_CALL_BYTES, waiting);
  await assert.rejects(holding(1, waiting), isCoded("OVERLOADED"));
  end("done");
  await one;
  await assert.rejects(holding(MAX_CALL_BYTES + 1, waiting), isCoded("OVERLOADED"));
  assert.equal((await holding(MAX_CALL_BYTES, waiting)).value, "done");
});

test("when the parameters are no object, then nothing is called", async () => {
  for (const params of [[], null, "text", 7]) {
    await assert.rejects(
      calls().run(() => assert.fail("it was called"), params as object),
      isCoded("MALFORMED_BODY"),
    );
  }
});
