import assert from "node:assert/strict";
import { test } from "node:test";
import { type Sequelize, type Transaction, UniqueConstraintError } from "sequelize";
import type { Outbox, OutboxEvent } from "../../../mixins/outbox/outbox.ts";
import type { User } from "../user.ts";
import { change, taken } from "./change.ts";

const user = { id: 7, email: "a@example.com", first_name: "A", last_name: "B" } as User;
const record = { get: () => user };
const asked = { callId: "call", requestId: "request", traceparent: "trace" };

/** @param told the events that are in the outbox when it is looked at the first, second... time */
function store(...told: (string | undefined)[]) {
  const appended: OutboxEvent[] = [];
  const sequelize = {
    transaction: (work: (transaction: Transaction) => Promise<unknown>) => work({} as Transaction),
    model: () => ({ findByPk: async () => record }),
  } as unknown as Sequelize;
  const outbox = {
    append: async (event: OutboxEvent) => void appended.push(event),
    told: async () => told.shift(),
  } as unknown as Outbox;
  return { sequelize, outbox, appended };
}

test("when something changed, then its events are written down, each with an id of the call's, without secrets", async () => {
  const kept = store();
  const secretive = { ...user, password: "$argon2id$" };
  await change(kept, asked, async () => ({ user: secretive, events: ["user.updated", "user.deactivated"] }));
  const data = JSON.stringify({ id: 7, email: "a@example.com", first_name: "A", last_name: "B" });
  assert.deepEqual(kept.appended, [
    { id: "call:0", name: "user.updated", data, requestId: "request", traceparent: "trace" },
    { id: "call:1", name: "user.deactivated", data, requestId: "request", traceparent: "trace" },
  ]);
});

/** The database's word, and what looks before it is asked. */
for (const refusal of [new UniqueConstraintError({}), taken()]) {
  const work = () => Promise.reject(refusal);

  test(`${refusal.name}: when another got the address at the same time, then CONFLICT`, async () => {
    await assert.rejects(change(store(), asked, work), { type: "CONFLICT" });
  });

  test(`${refusal.name}: when it was this call's own first delivery that got it, then the user`, async () => {
    assert.equal((await change(store(undefined, '{"id":7}'), asked, work)).id, 7);
  });
}

test("when the call was done before, then it is not done again", async () => {
  const answer = await change(store('{"id":7}'), asked, () => assert.fail("done again"));
  assert.equal(answer.id, 7);
});
