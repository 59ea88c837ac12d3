import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { type Context, ServiceBroker } from "moleculer";
import { loadConfig } from "../config/load.ts";
import { brokerOptions } from "../moleculer.config.ts";
import { MeshClient } from "../protocols/mesh/client.ts";
import { prometheusText } from "./metrics.ts";
import { provideConfig } from "./node-context.ts";
import { requestContext } from "./request-context.ts";
import type { Usage, UsageParams } from "./usage.ts";

test("when what came over the mesh asks of its own node, then the request is counted once, as are its failures", async (context) => {
  const config = loadConfig({ NODE_ENV: "test", LOG_LEVEL: "fatal", NAMESPACE: randomUUID() }, []);
  const nodes = ["worker", "caller"].map((name) => {
    const broker = new ServiceBroker({ ...brokerOptions(config, name), transporter: "Fake", disableBalancer: false });
    provideConfig(broker, config);
    context.after(() => broker.stop());
    return broker;
  });
  const [worker, caller] = nodes as [ServiceBroker, ServiceBroker];
  worker.createService({
    name: "worker",
    actions: {
      ask: (ctx: Context) => ctx.call("worker.fail"),
      fail: () => Promise.reject(new Error("a bug")),
    },
  });
  await Promise.all(nodes.map((node) => node.start()));
  await caller.waitForServices(["worker"], 5_000, 20);
  const client = new MeshClient(caller);
  const call = (operation: string) => client.call(operation, {}, { deadline: 20_000, requestId: "served" });
  await assert.rejects(call("worker.ask"), { type: "INTERNAL" });
  const text = await prometheusText(worker);
  const shown = (name: string) =>
    Number(new RegExp(`^served_${name}\\{.*protocol="mesh".*\\} (\\d+)$`, "m").exec(text)?.[1]);
  assert.deepEqual([shown("requests"), shown("failures")], [1, 1]);
});

test("when a request is asked about, then its calls are counted from then on, and nobody else's", async (context) => {
  const config = loadConfig({ NODE_ENV: "test", LOG_LEVEL: "fatal", NAMESPACE: randomUUID() }, []);
  const broker = new ServiceBroker({ ...brokerOptions(config, "worker"), transporter: "Fake", disableBalancer: false });
  provideConfig(broker, config);
  context.after(() => broker.stop());
  broker.createService({
    name: "worker",
    actions: { work: () => 1, ask: (ctx: Context) => ctx.call("worker.work") },
  });
  await broker.start();
  const call = (operation: string, requestId: string) =>
    requestContext.run({ requestId, protocol: "amqp" }, () => broker.call(operation, {}, { requestID: requestId }));
  const usage = (params: UsageParams) => broker.call<Usage, UsageParams>("$node.usage", params);
  await call("worker.work", "lab");
  assert.equal((await usage({ requestId: "lab" })).calls, 0);
  for (const id of ["lab", "gateway", "lab", "gateway", "gateway"]) await call("worker.work", id);
  await call("worker.ask", "lab");
  assert.equal((await usage({ requestId: "lab" })).calls, 3);
  assert.equal((await usage({})).calls, 0);
  assert.equal((await usage({ requestId: "next" })).calls, 0);
});

test("when a broker is made, then nobody reads the environment for what its node has no need of", (context) => {
  const config = loadConfig({ NODE_ENV: "test", LOG_LEVEL: "fatal", NAMESPACE: randomUUID() }, []);
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  context.after(() => {
    process.env.NODE_ENV = NODE_ENV;
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  });
  // What Moleculer does when a broker cannot be made.
  context.mock.method(process, "exit", () => {
    throw new Error("the process would have ended");
  });
  new ServiceBroker({ ...brokerOptions(config, "lonely"), transporter: "Fake" });
});
