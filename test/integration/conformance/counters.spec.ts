import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { type Protocol, protocols } from "../../../protocols/protocol.ts";
import type GatewayService from "../../../services/gateway/gateway.service.ts";
import { type System, startSystem } from "../../support/system.ts";

let system: System;
before(async () => {
  system = await startSystem(["gateway", "logger"]);
});
after(() => system?.stop());

const client = (protocol: Protocol) => {
  const gateway = system.nodes.gateway?.broker.getLocalService("gateway") as unknown as GatewayService;
  return gateway.clients.over(protocol);
};
const options = { deadline: 5_000, requestId: "counted" };

for (const protocol of protocols) {
  test(`${protocol}: calls, errors, bytes at the sockets and times are counted, and shown among the metrics`, async () => {
    const over = client(protocol);
    const { counters } = over;
    await over.call("logger.write", { name: "counted", data: "first" }, options);
    const { calls, errors, sent, received } = counters;
    const data = randomBytes(30_000).toString("base64");
    await over.call("logger.write", { name: "counted", data }, options);
    await assert.rejects(over.call("logger.write", { name: 1, data: "" }, options));
    assert.deepEqual([counters.calls - calls, counters.errors - errors, counters.inFlight], [2, 1, 0]);
    const bytes = counters.sent - sent;
    assert.ok(bytes > data.length && bytes < data.length + 10_000, `${bytes} bytes were sent`);
    assert.ok(counters.received > received);
    assert.equal(counters.latency.count, counters.calls);
    assert.ok(counters.latency.percentile(50) >= 100, "in microseconds");
    const metrics = await (await fetch(system.url("gateway", "/metrics"))).text();
    const shown = (name: string) =>
      Number(new RegExp(`^client_${name}\\{.*protocol="${protocol}".*\\} ([\\d.]+)$`, "m").exec(metrics)?.[1]);
    assert.deepEqual([shown("calls"), shown("errors")], [counters.calls, counters.errors]);
    assert.ok(shown("latency") > 0 && shown("bytes_sent") > data.length);
  });
}
