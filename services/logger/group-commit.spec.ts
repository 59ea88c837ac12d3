import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { CodedError } from "../../errors/index.ts";
import { GroupCommit, type Limits, type Outcome } from "./group-commit.ts";

/** A store that keeps its batches, and does with the next one what it is told. */
function storeOf() {
  const batches: number[][] = [];
  let next: ((batch: readonly number[]) => Promise<Outcome<number>[]>) | undefined;
  return {
    batches,
    once: (how: typeof next) => {
      next = how;
    },
    store: async (batch: readonly number[]): Promise<Outcome<number>[]> => {
      const how = next;
      next = undefined;
      if (how !== undefined) return await how(batch);
      batches.push([...batch]);
      return batch.map((item) => ({ value: item * 10 }));
    },
  };
}

const committing = (store: ReturnType<typeof storeOf>["store"], limits: Partial<Limits> = {}) =>
  new GroupCommit<number, number>({
    store,
    sizeOf: (item) => item,
    limits: { firstPause: 1, lastPause: 5, ...limits },
  });

function gate(): [Promise<void>, () => void] {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [opened, open];
}

const away = () => new CodedError("DEPENDENCY_UNAVAILABLE", "the store is away");
const isCoded = (type: string) => (error: unknown) => error instanceof CodedError && error.type === type;

test("what is written in one turn is one batch, and each writer gets its own result", async () => {
  const { batches, store } = storeOf();
  const commit = committing(store);
  assert.deepEqual(await Promise.all([1, 2, 3].map((item) => commit.write(item))), [10, 20, 30]);
  assert.deepEqual(batches, [[1, 2, 3]]);
});

test("when a batch is under way, then what arrives meanwhile makes the next one", async () => {
  const { batches, store, once } = storeOf();
  const commit = committing(store);
  const [begun, begin] = gate();
  const [finished, finish] = gate();
  once(async (batch) => {
    begin();
    await finished;
    return batch.map((item) => ({ value: item }));
  });
  const first = commit.write(1);
  await begun;
  const others = [2, 3, 4].map((item) => commit.write(item));
  await delay(5);
  assert.deepEqual(batches, [], "one batch at a time");
  finish();
  await Promise.all([first, ...others]);
  assert.deepEqual(batches, [[2, 3, 4]]);
});

test("when one item fails, then those stored with it do not", async () => {
  const { store, once } = storeOf();
  const commit = committing(store);
  once(async (batch) => batch.map((item) => (item === 2 ? { error: new Error("bad") } : { value: item })));
  const results = await Promise.allSettled([1, 2, 3].map((item) => commit.write(item)));
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
});

test("when a whole batch is refused for one item, then that item is found and the others are stored", async () => {
  const stored: number[] = [];
  const commit = committing(async (batch) => {
    if (batch.includes(7)) throw new Error("something about 7");
    stored.push(...batch);
    return batch.map((item) => ({ value: item }));
  });
  const items = Array.from({ length: 20 }, (_, index) => index);
  const results = await Promise.allSettled(items.map((item) => commit.write(item)));
  assert.deepEqual(
    results.flatMap(({ status }, index) => (status === "rejected" ? index : [])),
    [7],
  );
  assert.deepEqual(
    stored,
    items.filter((item) => item !== 7),
  );
});

test("batches end at their number and at their size", async () => {
  const { batches, store } = storeOf();
  const byNumber = committing(store, { maxBatch: 2 });
  await Promise.all([1, 1, 1, 1, 1].map((item) => byNumber.write(item)));
  assert.deepEqual(
    batches.map(({ length }) => length),
    [2, 2, 1],
  );
  batches.length = 0;
  const bySize = committing(store, { maxBatchBytes: 10 });
  await Promise.all([4, 4, 4, 50, 1].map((item) => bySize.write(item)));
  assert.deepEqual(batches, [[4, 4], [4], [50], [1]]);
});

test("when too many wait, or too much, then the next writer is told so at once and the others are stored", async () => {
  const { store } = storeOf();
  const commit = committing(store, { maxWaiting: 3, maxWaitingBytes: 100 });
  const three = [1, 2, 3].map((item) => commit.write(item));
  await assert.rejects(commit.write(4), isCoded("OVERLOADED"));
  assert.deepEqual(await Promise.all(three), [10, 20, 30]);
  const large = commit.write(90);
  await assert.rejects(commit.write(20), isCoded("OVERLOADED"));
  assert.equal(await large, 900);
  assert.equal(await commit.write(20), 200, "there is room again");
});

test("when the store is away for a moment, then writers wait and none is told", async () => {
  const { batches, store, once } = storeOf();
  const commit = committing(store);
  once(() => Promise.reject(away()));
  assert.deepEqual(await Promise.all([1, 2].map((item) => commit.write(item))), [10, 20]);
  assert.deepEqual(batches, [[1, 2]]);
});

test("when the store stays away, then each writer is told within its patience, retryably, and its room is free again", async () => {
  const commit = committing(() => Promise.reject(away()), { patience: 60, maxWaiting: 2 });
  for (let round = 0; round < 3; round++) {
    const begun = performance.now();
    const results = await Promise.allSettled([1, 2].map((item) => commit.write(item)));
    assert.ok(performance.now() - begun < 3_000);
    for (const result of results) {
      assert.equal(result.status, "rejected");
      assert.ok(isCoded("DEPENDENCY_UNAVAILABLE")(result.reason));
      assert.equal((result.reason as CodedError).retryable, true);
    }
  }
});

test("when the store hangs, then writers are told in time, also those whose batch is under way", async () => {
  const { store, once } = storeOf();
  const commit = committing(store, { patience: 200 });
  const [awake, wake] = gate();
  once(async (batch) => {
    await awake;
    return batch.map((item) => ({ value: item }));
  });
  await assert.rejects(commit.write(1), isCoded("TIMEOUT"));
  await assert.rejects(commit.write(2), isCoded("TIMEOUT"));
  wake();
  assert.equal(await commit.write(3), 30);
});

test("whatever fails when, every writer is answered once and what is answered as stored was stored once", async () => {
  const plan = fc.array(fc.constantFrom("works", "away", "lost answer"), { maxLength: 12 });
  const arrivals = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(plan, arrivals, async (faults, pauses) => {
      const stored = new Map<number, number>();
      const commit = committing(
        async (batch) => {
          const fault = faults.shift() ?? "works";
          if (fault === "away") throw away();
          // By their ids, as the real store does: what an attempt with a lost answer stored is not stored again.
          for (const item of batch) if (!stored.has(item)) stored.set(item, 1);
          if (fault === "lost answer") throw away();
          return batch.map((item) => ({ value: item }));
        },
        { maxBatch: 7 },
      );
      const writes: Promise<number>[] = [];
      for (const [item, pause] of pauses.entries()) {
        writes.push(commit.write(item));
        if (pause === 0) await new Promise(setImmediate);
      }
      assert.deepEqual(await Promise.all(writes), [...pauses.keys()]);
      assert.equal(stored.size, pauses.length);
    }),
    { numRuns: 50 },
  );
});

test("when a writer gives up while its item waits, then that is not stored, and those beside it are", async () => {
  const { batches, once, store } = storeOf();
  const [opened, open] = gate();
  once(async () => {
    await opened;
    return [{ value: 0 }];
  });
  const writer = committing(store);
  const first = writer.write(1);
  await delay(5);
  const abort = new AbortController();
  const abandoned = writer.write(2, abort.signal);
  const beside = writer.write(3, new AbortController().signal);
  abort.abort(new CodedError("CANCELLED", "the caller gave up"));
  await assert.rejects(abandoned, { type: "CANCELLED" });
  assert.equal(writer.waiting, 1);
  open();
  assert.deepEqual(await Promise.all([first, beside]), [0, 30]);
  assert.deepEqual(batches, [[3]]);
});
