import assert from "node:assert/strict";
import { test } from "node:test";
import { CodedError } from "../errors/index.ts";
import { CancellableCalls } from "./cancellable.ts";

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
const isCancelled = (error: unknown) => error instanceof CodedError && error.type === "CANCELLED";

test("when a call is cancelled by its id, then its signal aborts, and no other's", async () => {
  const calls = new CancellableCalls();
  const [one, other] = [calls.run(1, untilAborted), calls.run("1", untilAborted)];
  calls.cancel(1);
  await assert.rejects(one, isCancelled);
  calls.cancelAll();
  await assert.rejects(other, isCancelled);
});

test("when a call failed, then what still works on it is told to stop", async () => {
  const calls = new CancellableCalls();
  let given: AbortSignal | undefined;
  const late = new CodedError("TIMEOUT", "too late");
  const call = calls.run(1, (signal) => {
    given = signal;
    return Promise.reject(late);
  });
  await assert.rejects(call, late);
  assert.equal(given?.reason, late);
});

test("when two calls have one id, then the first can be cancelled, and both end when the caller is gone", async () => {
  const calls = new CancellableCalls();
  const [first, second] = [calls.run(1, untilAborted), calls.run(1, untilAborted)];
  calls.cancel(1);
  await assert.rejects(first, isCancelled);
  calls.cancelAll();
  await assert.rejects(second, isCancelled);
});

test("when the cancellation comes before the call, then it is not begun, and only so many are remembered", async () => {
  const calls = new CancellableCalls(2);
  for (const id of [1, 2, 3]) calls.cancel(id);
  const begun: number[] = [];
  const run = (id: number) => calls.run(id, async () => void begun.push(id));
  await run(1);
  await assert.rejects(run(2), isCancelled);
  await assert.rejects(run(3), isCancelled);
  await run(3);
  const inOrder = new CancellableCalls();
  inOrder.cancel(4);
  await inOrder.run(4, async () => void begun.push(4));
  assert.deepEqual(begun, [1, 3, 4]);
});

test("when a cancellation names no call, then the next call without an id is not concerned", async () => {
  const calls = new CancellableCalls(2);
  calls.cancel(undefined);
  assert.equal(await calls.run(undefined, async () => "done"), "done");
});
