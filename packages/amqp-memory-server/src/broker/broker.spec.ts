import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { entries, message } from "../../test/support/broker.ts";
import { raw } from "../codec/bytes.ts";
import { resolveOptions } from "../options.ts";
import { Broker } from "./broker.ts";
import { queueSettings } from "./queue-arguments.ts";

const plain = { durable: false, autoDelete: false, exclusive: false, arguments: entries({}) };

function queueOf(broker: Broker, vhost: string) {
  const found = broker.vhosts.get(raw(vhost));
  assert(found);
  return found.declareQueue("q", { ...plain, settings: queueSettings(entries({}), "queue 'q'") }, undefined);
}

describe("the broker", () => {
  it("has the virtual hosts that were asked for, each with queues of its own", () => {
    const broker = new Broker(resolveOptions({ vhosts: ["/", "größe"] }));
    queueOf(broker, "größe").publish(message("x"));
    assert.equal(broker.vhosts.get(raw("größe"))?.queues.get("q")?.ready, 1);
    assert.equal(broker.vhosts.get("/")?.queues.size, 0);
  });

  it("tells everybody who watches when the memory of all of them passes the limit, and when there is room", () => {
    const broker = new Broker(resolveOptions({ vhosts: ["a", "b"], memoryLimit: 4000 }));
    const told: boolean[] = [];
    const stop = broker.watchMemory((over) => told.push(over));
    const [a, b] = [queueOf(broker, "a"), queueOf(broker, "b")];
    a.publish(message("x".repeat(2000)));
    assert.deepEqual(told, []);
    b.publish(message("x".repeat(2000)));
    assert.deepEqual(told, [true]);
    b.purge();
    assert.deepEqual(told, [true, false]);
    stop();
    b.publish(message("x".repeat(2000)));
    assert.deepEqual(told, [true, false]);
  });

  it("ends every queue and gives its memory back when it is cleared", () => {
    const broker = new Broker(resolveOptions({}));
    const queue = queueOf(broker, "/");
    queue.publish(message("x"));
    broker.clear();
    assert(queue.deleted);
    assert.equal(broker.memory.used, 0);
  });
});
