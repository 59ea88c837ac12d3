import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type TestContext, test } from "node:test";
import { type Middleware, ServiceBroker, type ServiceSchema } from "moleculer";
import { loadConfig } from "../../config/load.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { provideConfig } from "../../node/node-context.ts";
import { eventually } from "../../test/support/eventually.ts";
import { untilGivenUp } from "../../test/support/until-given-up.ts";
import { MeshClient } from "./client.ts";

/** A node that is not held to the caller's time: what stops its work is what the caller tells it. */
const untimed: Middleware = {
  name: "Untimed",
  localAction: (next) =>
    function withoutTime(ctx) {
      ctx.options.timeout = 0;
      return next.call(this, ctx);
    },
};

/** Two nodes in a mesh inside this process; one serves, the other calls. */
async function mesh(context: TestContext, service: ServiceSchema) {
  const config = loadConfig({ NODE_ENV: "test", LOG_LEVEL: "fatal", NAMESPACE: randomUUID() }, []);
  const nodes = ["worker", "caller"].map((name) => {
    const options = brokerOptions(config, name);
    const middlewares = [...(options.middlewares ?? []), untimed];
    const broker = new ServiceBroker({ ...options, middlewares, transporter: "Fake", disableBalancer: false });
    provideConfig(broker, config);
    context.after(() => broker.stop());
    return broker;
  });
  const [worker, caller] = nodes as [ServiceBroker, ServiceBroker];
  worker.createService(service);
  await Promise.all(nodes.map((node) => node.start()));
  await caller.waitForServices([service.name], 5_000, 20);
  return new MeshClient(caller);
}

test("when nobody answered in time, then the caller tells the node that works on it to stop, and of no other call", async (context) => {
  const stopped: unknown[] = [];
  const begun: number[] = [];
  const client = await mesh(context, { name: "worker", actions: { work: untilGivenUp(stopped, begun) } });
  const abort = new AbortController();
  const call = (deadline: number, signal?: AbortSignal) =>
    client.call("worker.work", {}, { deadline, requestId: "cancellation", signal });
  const other = call(60_000, abort.signal);
  other.catch(() => undefined);
  await eventually(() => begun[0]);
  await assert.rejects(call(1_000), { type: "TIMEOUT" });
  assert.equal(begun.length, 2);
  await eventually(() => stopped[0]);
  assert.equal(stopped.length, 1);
  abort.abort();
  await assert.rejects(other, { type: "CANCELLED" });
  await eventually(() => stopped[1]);
});
