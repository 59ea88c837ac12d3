import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceBroker } from "moleculer";
import type { ProtocolClient } from "../../../protocols/client.ts";
import { contenders } from "../contenders.ts";
import { warmUp } from "./warm-up.ts";

test("a warm-up goes on for as long as it is to, is cleaned up after in between, and ends when the run is stopped", async (context) => {
  const broker = new ServiceBroker({ logger: false });
  context.after(() => broker.stop());
  const stop = new AbortController();
  const client = {
    counters: { sent: 0, received: 0 },
    call: () => new Promise(setImmediate),
  } as unknown as ProtocolClient;
  const of = { operation: "lab.echo", arrival: "closed", concurrency: 1 } as const;
  const warmed = async (duration: number, cleanUp: () => void) => {
    let count = 0;
    const began = performance.now();
    await warmUp(
      { contender: contenders.rest, client, broker },
      { of, params: {}, duration, signal: stop.signal },
      () => {},
      async () => {
        count++;
        cleanUp();
      },
      1,
    );
    return { count, took: performance.now() - began };
  };
  const whole = await warmed(300, () => {});
  assert.ok(whole.count > 1 && whole.took >= 300);
  assert.equal((await warmed(60_000, () => stop.abort())).count, 1);
  assert.equal((await warmed(0, () => {})).count, 0);
});
