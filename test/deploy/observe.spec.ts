import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { parse } from "yaml";
import { entries } from "../../config/entries.ts";
import { nodeNames } from "../../config/entry.ts";
import { portsOf } from "../../config/ports.ts";
import { post } from "../support/post.ts";
import { needs } from "../support/require.ts";
import { type System, startSystem } from "../support/system.ts";
import { parseManifests, workloads } from "./k8s/manifests.ts";
import { panels, questions, rules } from "./observe/dashboard.ts";
import { type Sample, samplesIn } from "./observe/exposition.ts";
import { type Mention, mentionsIn } from "./observe/promql.ts";
import { read } from "./read.ts";

const root = new URL("../../", import.meta.url);

interface ScrapeConfig {
  readonly job_name: string;
  readonly metrics_path?: string;
  readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  readonly kubernetes_sd_configs?: readonly { readonly namespaces: { readonly names: readonly string[] } }[];
  readonly relabel_configs?: readonly { readonly source_labels: readonly string[]; readonly target_label?: string }[];
}

const jobs = (file: string) =>
  (parse(read(`deploy/prometheus/${file}`)) as { scrape_configs: ScrapeConfig[] }).scrape_configs;
/** A node's HTTP port, when nothing else is said. */
const httpPort = (node: (typeof nodeNames)[number]) => {
  const [first] = portsOf(node);
  return Number(first && entries[first.key].default);
};

let system: System;
/** As RabbitMQ's plugin writes it under /metrics/per-object; verify:deploy asks a real one. */
const ofRabbitmq = { metric: "rabbitmq_queue_messages_ready", labels: { vhost: "/", queue: "listener.events" } };
const samples: (Sample & { readonly job: string })[] = [{ ...ofRabbitmq, job: "rabbitmq" }];
before(async () => {
  system = await startSystem();
  for (const via of ["rest", "mesh"]) {
    const entry = { action: "log", via, log: { name: "watched", data: "x" } };
    assert.equal((await post(system.url("gateway", "/handle"), entry)).status, 202);
  }
  for (const job of nodeNames) {
    const text = await (await fetch(system.url(job, "/metrics"))).text();
    samples.push(...samplesIn(text).map((sample) => ({ ...sample, job })));
  }
});
after(() => system?.stop());

/** What Prometheus itself adds. */
const its = new Set(["up", "job", "instance"]);

function missing({ metric, equal, labels }: Mention): string | undefined {
  if (metric === "up") return undefined;
  const named = samples.filter((sample) => sample.metric === metric && (equal.job ?? sample.job) === sample.job);
  if (named.length === 0) return `no node has ${metric}${equal.job === undefined ? "" : ` of ${equal.job}`}`;
  const unknown = labels.find((label) => !its.has(label) && named.every((sample) => !(label in sample.labels)));
  if (unknown !== undefined) return `${metric} has no label ${unknown}`;
  const wanted = Object.entries(equal).filter(([label]) => !its.has(label));
  const fits = named.some((sample) => wanted.every(([label, value]) => sample.labels[label] === value));
  return fits ? undefined : `no ${metric} is ${JSON.stringify(equal)}`;
}

test("when dashboard and alerts name a metric, then a node has it, with its labels and their values", () => {
  const told = rules.map(({ alert, expr }) => ({ title: alert, expr }));
  assert.ok(questions.length > 30 && told.length >= 10);
  const problems = [...questions, ...told].flatMap(({ title, expr }) => {
    const mentions = mentionsIn(expr);
    assert.ok(mentions.length > 0, `${title}: ${expr}`);
    return mentions.flatMap((mention) => missing(mention) ?? []).map((problem) => `${title}: ${problem}`);
  });
  assert.deepEqual(problems, []);
});

test("when a client makes something up, then no label has it", async () => {
  const made = "made-up-by-a-client";
  await post(system.url("gateway", `/${made}`), { action: made, via: made });
  await fetch(system.url("gateway", "/"), { headers: { "x-request-id": made, "user-agent": made } });
  assert.ok(!(await (await fetch(system.url("gateway", "/metrics"))).text()).includes(made));
});

const METRICS_OF_RABBITMQ = 15692;

test("when Prometheus looks for the nodes, then each is a job on its port, for Compose and on a laptop; RabbitMQ where it is real", () => {
  const expected = nodeNames.map((node) => [node, httpPort(node)]);
  assert.deepEqual(
    jobs("prometheus.yml").map(({ job_name, dns_sd_configs: [found] = [] }) => {
      assert.deepEqual(found?.names, [job_name]);
      return [job_name, found?.port];
    }),
    [...expected, ["rabbitmq", METRICS_OF_RABBITMQ]],
  );
  assert.equal(jobs("prometheus.yml").at(-1)?.metrics_path, "/metrics/per-object");
  assert.deepEqual(
    jobs("laptop.yml").map(({ job_name, static_configs: [found] = [] }) => [
      job_name,
      Number(found?.targets[0]?.split(":")[1]),
    ]),
    expected,
  );
});

test("when Prometheus looks for them in Kubernetes, then each pod has what it goes by, and is the job of its service", () => {
  const [config, ...others] = jobs("kubernetes.yml");
  assert.deepEqual(others, []);
  assert.deepEqual(config?.kubernetes_sd_configs?.[0]?.namespaces.names, ["sixfold"]);
  const used = config?.relabel_configs?.flatMap(({ source_labels, target_label = "" }) => [
    ...source_labels,
    target_label,
  ]);
  const asked = workloads(parseManifests(read("k8s.yaml"))).filter(({ isNode, name }) => isNode || name === "rabbitmq");
  assert.ok(asked.length >= 7);
  for (const { name, labels, spec, containers } of asked) {
    const annotations = spec.template.metadata?.annotations ?? {};
    const port = annotations["prometheus.io/port"];
    const ports = containers.flatMap(({ ports: open = [] }) => open.map(({ containerPort }) => String(containerPort)));
    assert.ok(port !== undefined && ports.includes(port), `${name}: the port to ask is one of the container's`);
    const found: Readonly<Record<string, string>> = {
      ...asMeta("annotation", annotations),
      ...asMeta("label", labels),
      __meta_kubernetes_pod_container_port_number: port,
      __meta_kubernetes_pod_phase: "Running",
    };
    assert.equal(found.__meta_kubernetes_pod_annotation_prometheus_io_scrape, "true");
    assert.equal(found.__meta_kubernetes_pod_label_app_kubernetes_io_name, name);
    assert.deepEqual(
      used?.filter((label) => label.startsWith("__meta_") && !(label in found)),
      [],
      name,
    );
  }
});

/** As Prometheus names what it finds. */
const asMeta = (kind: string, given: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`__meta_kubernetes_pod_${kind}_${name.replace(/\W/g, "_")}`, value]),
  );

test("when an alert comes, then the runbook has it; when Grafana starts, then it has the dashboard's source", () => {
  const headings = [...read("docs/operations.md").matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading);
  assert.deepEqual(
    rules.map(({ alert }) => alert),
    headings,
  );
  const provisioned = parse(read("deploy/grafana/provisioning/datasources/sixfold.yml")) as {
    datasources: { uid: string }[];
  };
  const sources = new Set(provisioned.datasources.map(({ uid }) => uid));
  for (const { title, datasource } of panels) {
    assert.ok(datasource === undefined || sources.has(datasource.uid), title);
  }
});

const promtool = (...args: string[]) => spawnSync("promtool", args, { cwd: root, encoding: "utf8" });

test("when promtool looks at configuration, rules and their tests, then it finds nothing wrong", {
  skip: needs("promtool"),
}, () => {
  for (const args of [
    ["check", "config", "deploy/prometheus/prometheus.yml", "deploy/prometheus/laptop.yml"],
    ["test", "rules", "deploy/prometheus/alerts.test.yml"],
  ]) {
    const { status, stdout, stderr } = promtool(...args);
    assert.equal(status, 0, `${stdout}\n${stderr}`);
  }
});
