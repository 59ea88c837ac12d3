import assert from "node:assert/strict";
import { test } from "node:test";
import { type ExistingIndex, planIndexes } from "./mongo-indexes.ts";

// The test server has no TTL indexes, so what is done about MongoDB's is decided here, by a function of its own.
const retention = (days: number) => ({ fields: { created_at: 1 }, expireAfterSeconds: days * 86_400 }) as const;
const id: ExistingIndex = { name: "_id_", key: { _id: 1 } };
const ttl: ExistingIndex = { name: "created_at_1", key: { created_at: 1 }, expireAfterSeconds: 86_400 };

test("what is missing is made, what is there stays", () => {
  assert.deepEqual(planIndexes([id], [retention(1)]), { drop: [], create: [retention(1)] });
  assert.deepEqual(planIndexes([id, ttl], [retention(1)]), { drop: [], create: [] });
});

test("when the retention changes, then its index is made anew", () => {
  assert.deepEqual(planIndexes([id, ttl], [retention(30)]), { drop: ["created_at_1"], create: [retention(30)] });
});

test("when there is no retention any more, then its index goes", () => {
  assert.deepEqual(planIndexes([id, ttl], []), { drop: ["created_at_1"], create: [] });
});

test("an index of the same fields without an expiry makes way; one of other fields, or in another order, stays", () => {
  const theirs: ExistingIndex[] = [
    { name: "by_time", key: { created_at: 1 } },
    { name: "newest", key: { created_at: -1 } },
    { name: "by_data", key: { data: 1 } },
  ];
  assert.deepEqual(planIndexes(theirs, [retention(1)]), { drop: ["by_time"], create: [retention(1)] });
});

test("a plain index is made anew when it must be unique", () => {
  const wanted = { fields: { event_id: 1 }, unique: true, sparse: true } as const;
  assert.deepEqual(planIndexes([{ name: "e", key: { event_id: 1 } }], [wanted]), { drop: ["e"], create: [wanted] });
  assert.deepEqual(planIndexes([{ name: "e", key: { event_id: 1 }, unique: true }], [wanted]), {
    drop: [],
    create: [],
  });
});
