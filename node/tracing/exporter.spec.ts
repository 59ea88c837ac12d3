import assert from "node:assert/strict";
import { test } from "node:test";
import type { Logger } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { Collector } from "../../test/support/collector.ts";
import { eventually } from "../../test/support/eventually.ts";
import { Exporter, MAX_QUEUED } from "./exporter.ts";
import { Tracer } from "./tracer.ts";

const resource = { "service.name": "logger" };

function logging() {
  const lines: string[] = [];
  const note = (line: string) => lines.push(line);
  return { lines, logger: { warn: note, info: note } as unknown as Logger };
}

test("when the collector is away, then it is said once, spans wait within their bound, and go when it is back", async () => {
  const absent = await Collector.start();
  const { endpoint, port } = absent;
  await absent.stop();
  const { lines, logger } = logging();
  const exporter = new Exporter({ endpoint, resource, logger, every: 5 });
  const tracer = new Tracer({ ratio: 1, onEnd: (span) => exporter.add(span) });
  for (let n = 0; n < MAX_QUEUED + 10; n++) tracer.begin({ name: "work", kind: "server" }).end();
  assert.equal(exporter.queued, MAX_QUEUED);
  await eventually(() => lines.length > 0 || undefined);
  assert.match(lines.join("\n"), /takes no spans: ECONNREFUSED; up to 8192 spans wait for it/);

  const collector = await Collector.start(port);
  await eventually(() => exporter.counters.sent === MAX_QUEUED || undefined, 60_000);
  await exporter.close();
  assert.equal(collector.spans.length, MAX_QUEUED);
  assert.deepEqual(collector.faults, []);
  assert.equal(lines.length, 2, lines.join("\n"));
  assert.match(lines[1] ?? "", /takes spans again/);
  assert.equal(exporter.counters.lost, 10);
  await collector.stop();
});

test("when the collector refuses spans for good, then they are let go; what is left at the end is sent", async () => {
  const collector = await Collector.start();
  const { lines, logger } = logging();
  const exporter = new Exporter({ endpoint: `${collector.endpoint}/`, resource, logger, every: 5 });
  const tracer = new Tracer({ ratio: 1, onEnd: (span) => exporter.add(span) });
  collector.status = 413;
  tracer.begin({ name: "work", kind: "server" }).end();
  await eventually(() => exporter.counters.lost === 1 || undefined);
  assert.match(lines.join(), /takes no spans: it answered 413/);

  collector.status = undefined;
  tracer.begin({ name: "work", kind: "server" }).end(new CodedError("NOT_FOUND", "there is no such entry"));
  tracer.begin({ name: "work", kind: "server" }).end(new Error("a bug"));
  tracer.begin({ name: "ask", kind: "client" }).end(new CodedError("NOT_FOUND", "there is no such entry"));
  await eventually(() => exporter.counters.sent === 3 || undefined);
  tracer.begin({ name: "last", kind: "internal" }).end();
  await exporter.close();
  await collector.stop();
  assert.deepEqual(
    collector.spans.map(({ name, kind, failed, attributes }) => [name, kind, failed, attributes["error.type"]]),
    [
      ["work", "server", false, "NOT_FOUND"],
      ["work", "server", true, "INTERNAL"],
      ["ask", "client", true, "NOT_FOUND"],
      ["last", "internal", false, undefined],
    ],
  );
});

test("of the traces that begin here the ratio is recorded; of others whoever began them decides", () => {
  let recorded = 0;
  const never = new Tracer({ ratio: 0, onEnd: () => recorded++ });
  const unsampled = never.begin({ name: "work", kind: "server" });
  unsampled.end();
  assert.equal(recorded, 0);
  const always = new Tracer({ ratio: 1, onEnd: () => recorded++ });
  const below = always.begin({ name: "work", kind: "server" }, unsampled.trace);
  below.end();
  assert.equal(recorded, 0);
  assert.equal(below.trace.traceId, unsampled.trace.traceId);
  never.begin({ name: "work", kind: "server" }, { ...unsampled.trace, sampled: true }).end();
  assert.equal(recorded, 1);
});
