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
