import assert from "node:assert/strict";
import { test } from "node:test";
import type { Code } from "../errors/codes.ts";
import { CodedError } from "../errors/index.ts";
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

test("when calls fail, then those that are not their caller's fault are counted apart: what no node ever saw, too", async () => {
  const ill = calls();
  const fail = async (error: Error) => {
    await assert.rejects(
      ill.run(() => Promise.reject(error)),
      error,
    );
    return [ill.errors, ill.failures];
  };
  const coded = (code: Code) => new CodedError(code, "as it came");
  assert.deepEqual(await fail(coded("VALIDATION_FAILED")), [1, 0]);
  assert.deepEqual(await fail(coded("CANCELLED")), [2, 0]);
  assert.deepEqual(await fail(coded("SERVICE_UNAVAILABLE")), [3, 1]);
  assert.deepEqual(await fail(coded("TIMEOUT")), [4, 2]);
  assert.deepEqual(await fail(new Error("a bug")), [5, 3]);
  await ill.run(async () => ({ value: "done" }));
  assert.deepEqual([ill.calls, ill.errors, ill.failures], [6, 5, 3]);
});
