import assert from "node:assert/strict";
import { test } from "node:test";
import { type Context, ServiceBroker } from "moleculer";
import { loadConfig } from "../config/load.ts";
import { brokerOptions } from "../moleculer.config.ts";
import { prometheusText } from "./metrics.ts";

test("when actions are called, then Moleculer's metrics tell how often, by whom, how it went and how long it took", async (context) => {
  const config = loadConfig({ NODE_ENV: "test", LOG_LEVEL: "fatal" });
  const options = { ...brokerOptions(config, "counted"), transporter: undefined, disableBalancer: false };
  const broker = new ServiceBroker(options);
  broker.createService({
    name: "counted",
    actions: {
      done: { params: { number: "number" }, handler: () => Promise.resolve("done") },
      through: { handler: (ctx: Context) => ctx.call("counted.done", { number: 1 }) },
    },
  });
  await broker.start();
  context.after(() => broker.stop());

  await broker.call("counted.done", { number: 1 });
  await broker.call("counted.through");
  await assert.rejects(broker.call("counted.done", { number: "one" }));

  const text = await prometheusText(broker);
  const shown = (name: string, ...labels: string[]): number | undefined => {
    const line = text
      .split("\n")
      .find((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)));
    return line === undefined ? undefined : Number(line.split(" ").at(-1));
  };
  const done = 'action="counted.done"';
  assert.equal(shown("moleculer_request_total", done, 'caller="null"'), 2);
  assert.equal(shown("moleculer_request_total", done, 'caller="counted"'), 1);
  assert.equal(shown("moleculer_request_active", done), 0);
  assert.equal(shown("moleculer_request_levels", 'level="2"'), 1);
  assert.equal(shown("moleculer_request_error_total", done, 'errorType="VALIDATION_ERROR"'), 1);
  assert.equal(shown("moleculer_request_bulkhead_inflight", done), 0);
  assert.equal(shown("moleculer_request_time_bucket", done, 'caller="null"', 'le="+Inf"'), 2);
  assert.equal(shown("moleculer_request_time_bucket", done, 'caller="null"', 'le="10000"'), 2);
  assert.equal(shown("moleculer_request_time_count", done, 'caller="null"'), 2);
  assert.ok((shown("moleculer_request_time_sum", done, 'caller="null"') ?? 0) > 0);
});
