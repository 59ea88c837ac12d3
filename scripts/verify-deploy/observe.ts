import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { nodeNames } from "../../config/entry.ts";
import { protocols } from "../../protocols/protocol.ts";
import { questions, rules } from "../../test/deploy/observe/dashboard.ts";
import { eventually } from "../../test/support/eventually.ts";
import { send } from "../../test/support/http.ts";
import { JaegerApi } from "../../test/support/jaeger-api.ts";
import { spanTree } from "../../test/support/span-tree.ts";
import type { Part } from "./part.ts";
import { composeUp, type Project, seeded } from "./project.ts";
import { Prometheus } from "./prometheus.ts";
import { smoke } from "./smoke.ts";

/** Prometheus asks and judges every 15 s; twice makes a rate, and NodeDown waits for a minute. */
const PATIENCE = 240_000;

/** With what the account of the wrong login takes: some ten are refused for a while. */
const SPARINGLY = [PATIENCE, 30_000] as const;

/** `docker compose --profile observe up`: what it shows of a system at work. */
export async function proveObserve(part: Part): Promise<void> {
  const { servers, report } = part;
  report.heading("Compose, watched (--profile observe)");
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://jaeger:4318", LOGGER_REPLICAS: "2" };
  // Nothing stands in for Grafana.
  const services = servers.areStandIns ? [...nodeNames, "proxy", "prometheus", "jaeger"] : [];
  const project = await composeUp(part, { profile: "observe", services, env });
  const { place, ports, compose, down } = project;
  const prometheus = new Prometheus(`http://127.0.0.1:${ports.PROMETHEUS}`);
  const expected = [...nodeNames, "logger", "rabbitmq"].sort();
  await eventually(async () => {
    assert.deepEqual(await prometheus.targets(), { up: expected, down: [] });
    return true;
  }, PATIENCE);
  report.proved("Prometheus finds and scrapes every node, each of two loggers, and RabbitMQ");
  assert.deepEqual(
    await prometheus.rules(),
    rules.map(({ alert }) => ({ name: alert, health: "ok" })),
  );
  report.progress("traffic, until the dashboard's questions have answers");
  await eventually(
    async () => {
      await smoke(place, { credentials: seeded, isOpen: true });
      assert.deepEqual(await unanswered(prometheus), []);
      return true;
    },
    ...SPARINGLY,
  );
  await eventually(async () => {
    assert.deepEqual(await prometheus.firing(), []);
    return true;
  }, PATIENCE);
  report.proved(
    `it answers each of the dashboard's ${questions.length} questions; of its ${rules.length} alerts none fires`,
  );
  await traced(project);
  report.proved("Jaeger has a request over each protocol as one trace");
  report.progress("a listener stops");
  await compose("stop", "listener");
  await eventually(async () => {
    assert.deepEqual(await prometheus.firing(), ["NodeDown listener"]);
    return true;
  }, PATIENCE);
  report.proved("a listener stopped: NodeDown fires, and says which");
  if (servers.areStandIns) {
    report.notProved(
      "Grafana with its dashboard: no image, and nothing that stands in for it; its questions were asked above",
    );
  } else {
    await dashboard(ports.GRAFANA);
    report.proved("Grafana has the dashboard");
  }
  await down();
}

/** Those without a number, with the panel's title. */
async function unanswered(prometheus: Prometheus): Promise<string[]> {
  const left: string[] = [];
  for (const { title, expr } of questions) {
    // What Grafana puts there for a scrape each 15 s.
    const values = await prometheus.query(expr.replaceAll("$__rate_interval", "1m"));
    if (!values.some(Number.isFinite)) left.push(`${title}: ${expr}`);
  }
  return left;
}

async function traced({ place, ports }: Project): Promise<void> {
  const jaeger = new JaegerApi(`http://127.0.0.1:${ports.JAEGER}`);
  for (const via of protocols) {
    const id = randomUUID();
    const body = { action: "log", via, log: { name: "traced", data: via } };
    const url = `${place.gateway}/handle`;
    assert.equal((await send(url, { method: "POST", headers: { "X-Request-Id": id }, body })).status, 202);
    assert.deepEqual(spanTree(await jaeger.trace("gateway", { "request.id": id }, 3)), [
      "server gateway: POST /handle",
      `  client gateway: logger.write over ${via}`,
      `    server logger: logger.write over ${via}`,
    ]);
  }
}

async function dashboard(port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}/api/dashboards/uid/sixfold`;
  const answer = async () => ((await (await fetch(url)).json()) as { dashboard?: { title: string } }).dashboard?.title;
  assert.equal(await eventually(answer, PATIENCE), "Sixfold");
}
