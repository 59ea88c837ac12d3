import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { entries, message, properties } from "../../test/support/broker.ts";
import { array, type Field, integer, longstr, string, type Table } from "../codec/fields.ts";
import { deadLetter, isCycle } from "./dead-letter.ts";
import type { Message } from "./message.ts";

const death = { reason: "rejected", queue: "q", exchange: "dlx", routingKey: undefined } as const;

function deaths({ headers }: Message): Table[] {
  const list = headers.get("x-death");
  assert(list?.type === "array");
  return list.value.map((entry) => (entry.type === "table" ? entry.value : new Map<string, Field>()));
}
const brief = (dead: Message): string[] =>
  deaths(dead).map(
    (entry) => `${string(entry.get("queue"))} ${string(entry.get("reason"))} ${integer(entry.get("count"))}`,
  );

describe("a dead letter", () => {
  it("tells where, why, when and how often, and keeps the rest of the message", () => {
    const original = message("body", properties({ priority: 4, headers: { mine: longstr("kept") } }), "key", "source");
    const dead = deadLetter(original, death);
    const [entry] = deaths(dead);
    assert.deepEqual([...(entry?.keys() ?? [])].sort(), [
      "count",
      "exchange",
      "queue",
      "reason",
      "routing-keys",
      "time",
    ]);
    assert.equal(string(entry?.get("exchange")), "source");
    assert.deepEqual(entry?.get("routing-keys"), array([longstr("key")]));
    assert(Math.abs((integer(entry?.get("time")) ?? 0) - Date.now() / 1000) < 60);
    assert.equal(string(dead.headers.get("mine")), "kept");
    assert.equal(string(dead.headers.get("x-first-death-queue")), "q");
    assert.equal(string(dead.headers.get("x-first-death-reason")), "rejected");
    assert.equal(string(dead.headers.get("x-first-death-exchange")), "source");
    assert.deepEqual([dead.exchange, dead.routingKey, dead.priority, dead.body], ["dlx", "key", 4, original.body]);
  });

  it("when it dies of the same again, counts; of something else, adds an entry in front", () => {
    let dead = deadLetter(message("x"), death);
    dead = deadLetter(dead, { ...death, queue: "other", reason: "expired" });
    dead = deadLetter(dead, death);
    assert.deepEqual(brief(dead), ["q rejected 2", "other expired 1"]);
    assert.equal(string(dead.headers.get("x-first-death-queue")), "q");
  });

  it("loses its expiration, which is noted", () => {
    const dead = deadLetter(message("x", properties({ expiration: "50" })), { ...death, reason: "expired" });
    assert.equal(dead.expiration, undefined);
    assert.equal(string(deaths(dead)[0]?.get("original-expiration")), "50");
  });

  it("takes the queue's routing key where it has one, and then no copies", () => {
    const copied = message("x", properties({ headers: { CC: array([longstr("copy")]) } }));
    assert.deepEqual(deadLetter(copied, death).keys, ["key", "copy"]);
    const renamed = deadLetter(copied, { ...death, routingKey: "new" });
    assert.deepEqual([renamed.keys, renamed.routingKey, renamed.headers.has("CC")], [["new"], "new", false]);
  });

  it("when a client has sent an x-death of its own making, overwrites nothing but that", () => {
    const forged = message("x", properties({ headers: { "x-death": longstr("nonsense") } }));
    assert.deepEqual(brief(deadLetter(forged, death)), ["q rejected 1"]);
  });
});

describe("a message that comes round to a queue where it died", () => {
  const died = (...list: [queue: string, reason: string][]): Table => {
    const tables = list.map(
      ([queue, reason]): Field => ({
        type: "table",
        value: entries({ queue: longstr(queue), reason: longstr(reason) }),
      }),
    );
    return entries({ "x-death": array(tables) });
  };
  it("of itself is dropped; after a consumer's reject it goes on", () => {
    assert.equal(isCycle(died(["b", "expired"], ["a", "maxlen"]), "a"), true);
    assert.equal(isCycle(died(["b", "rejected"], ["a", "expired"]), "a"), false);
    assert.equal(isCycle(died(["b", "expired"]), "a"), false);
    assert.equal(isCycle(new Map(), "a"), false);
  });
});
