/** `POST /rpc`: how long its work goes on. What it says is in test/integration. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type ActionSchema, ServiceBroker, type ServiceSchema } from "moleculer";
import { loadConfig } from "../../config/load.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { nodeOf, provideConfig } from "../../node/node-context.ts";
import { anyPort } from "../../test/support/any-port.ts";
import { eventually } from "../../test/support/eventually.ts";
import { untilGivenUp } from "../../test/support/until-given-up.ts";
import { jsonRpcServer } from "./server.mixin.ts";

const call = (id: number) => ({ jsonrpc: "2.0", id, method: "logger.wait" });

async function serve(context: TestContext) {
  const config = loadConfig({ NODE_ENV: "test", LOG_LEVEL: "fatal", REQUEST_TIMEOUT: "60000", ...anyPort });
  const broker = new ServiceBroker({
    ...brokerOptions(config, "test"),
    transporter: undefined,
    disableBalancer: false,
  });
  provideConfig(broker, config);
  const stopped: unknown[] = [];
  const wait: ActionSchema = { expose: { jsonRpc: true }, handler: untilGivenUp(stopped) };
  const mixins = [httpMixin("loggerPort"), jsonRpcServer("loggerJsonRpcPort")];
  const service: unknown = broker.createService({ name: "logger", mixins, actions: { wait } } as ServiceSchema);
  await broker.start();
  context.after(async () => {
    await nodeOf(broker).lifecycle.drain(broker.logger);
    await broker.stop();
  });
  const url = `http://127.0.0.1:${(service as WithHttp).http.address.port}/rpc`;
  const ask = (message: object, signal?: AbortSignal) =>
    fetch(url, { method: "POST", body: JSON.stringify(message), signal });
  return { ask, stopped };
}

test("when a caller leaves before its answer is there, then what works on its calls, each of a batch, is told to stop", async (context) => {
  const { ask, stopped } = await serve(context);
  const abort = new AbortController();
  const batch = [1, 2, 3].map((id) => call(id));
  const asked = Promise.all([assert.rejects(ask(call(0), abort.signal)), assert.rejects(ask(batch, abort.signal))]);
  setTimeout(() => abort.abort(), 300);
  await asked;
  await eventually(() => stopped.length === 4 || undefined);
});

test("when a caller's deadline passes, then it hears TIMEOUT, and the work is told to stop", async (context) => {
  const { ask, stopped } = await serve(context);
  const answer = await ask({ ...call(7), meta: { deadline: 100 } });
  const { id, error } = (await answer.json()) as { id: number; error: { data: { code: string } } };
  assert.deepEqual([id, error.data.code], [7, "TIMEOUT"]);
  assert.equal(stopped.length, 1);
});
