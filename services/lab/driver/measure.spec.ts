import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceBroker } from "moleculer";
import type { ProtocolClient } from "../../../protocols/client.ts";
import { contenders } from "../contenders.ts";
import { measure } from "./measure.ts";

test("when a mesh's sockets are out of reach, then its bytes are left out, for those of its packets are no socket's", async (context) => {
  const broker = new ServiceBroker({ logger: false, transporter: "Fake" });
  context.after(() => broker.stop());
  const measured = async (name: "mesh" | "rest") => {
    const counters = { sent: 0, received: 0 };
    const call = async () => {
      counters.sent += 100;
      counters.received += 50;
      await new Promise(setImmediate);
    };
    const client = { counters, call } as unknown as ProtocolClient;
    const of = { operation: "lab.echo", arrival: "closed", concurrency: 1 } as const;
    const task = { of, params: {}, duration: 5, signal: new AbortController().signal };
    const { sent, received } = await measure({ contender: contenders[name], client, broker }, task, () => {});
    return [sent, received];
  };
  assert.deepEqual(await measured("rest"), [100, 50]);
  assert.deepEqual(await measured("mesh"), [undefined, undefined]);
});

test("when a call of a round failed, then it tells no bytes and no processor time a call, for the failed one had its part in them", async (context) => {
  const broker = new ServiceBroker({ logger: false });
  context.after(() => broker.stop());
  const counters = { sent: 0, received: 0 };
  let asked = 0;
  const call = async () => {
    counters.sent += 100;
    await new Promise(setImmediate);
    if (++asked === 2) throw new Error("once");
  };
  const client = { counters, call } as unknown as ProtocolClient;
  const of = { operation: "lab.echo", arrival: "closed", concurrency: 2 } as const;
  const task = { of, params: {}, duration: 20, signal: new AbortController().signal };
  const measured = () => measure({ contender: contenders.rest, client, broker }, task, () => {});
  const failed = await measured();
  assert.deepEqual(failed.errors, { INTERNAL: 1 });
  assert.ok(failed.calls > 0);
  assert.deepEqual([failed.sent, failed.received, failed.cpu], [undefined, undefined, undefined]);
  const clean = await measured();
  assert.equal(clean.sent, 100);
  assert.ok(clean.cpu !== undefined);
});
