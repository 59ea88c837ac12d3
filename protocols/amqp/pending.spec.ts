import assert from "node:assert/strict";
import { test } from "node:test";
import { CodedError } from "../../errors/index.ts";
import { messageWith } from "../../test/support/amqp-message.ts";
import { PendingCalls } from "./pending.ts";

const never = () => undefined;

test("each answer finds its call, in whatever order; one that nobody waits for is dropped", async () => {
  const calls = new PendingCalls();
  const ids: string[] = [];
  const both = Promise.all([1, 2].map(() => calls.add(1_000, (id) => ids.push(id), never)));
  for (const id of [...ids].reverse()) calls.answer(messageWith(JSON.stringify(`to ${id}`), { correlationId: id }));
  for (const id of [...ids, "unknown", undefined]) calls.answer(messageWith("1", { correlationId: id }));
  assert.deepEqual(
    (await both).map(({ value }) => value),
    ids.map((id) => `to ${id}`),
  );
  assert.equal(calls.size, 0);
});

test("when no answer comes in time, then TIMEOUT, and the call leaves nothing behind but who is to be told", async () => {
  const calls = new PendingCalls();
  const sent: string[] = [];
  const late: string[] = [];
  await assert.rejects(
    calls.add(
      5,
      (id) => sent.push(id),
      (id) => late.push(id),
    ),
    { type: "TIMEOUT" },
  );
  assert.deepEqual(late, sent);
  assert.equal(calls.size, 0);
});

test("when the connection is lost, then all that wait hear of it; later ones are not concerned", async () => {
  const calls = new PendingCalls();
  const lost = Promise.allSettled([calls.add(1_000, never, never), calls.add(1_000, never, never)]);
  calls.failAll(() => new CodedError("SERVICE_UNAVAILABLE", "lost"));
  for (const outcome of await lost) assert.equal((outcome as PromiseRejectedResult).reason.type, "SERVICE_UNAVAILABLE");
  const next = calls.add(1_000, (id) => calls.answer(messageWith("1", { correlationId: id })), never);
  assert.equal((await next).value, 1);
});
