import assert from "node:assert/strict";
import { test } from "node:test";
import { entries } from "../../config/entries.ts";
import type { Entry, NodeName } from "../../config/entry.ts";
import { loadConfig } from "../../config/load.ts";
import { portsOf } from "../../config/ports.ts";
import { environmentOf } from "./k8s/environment.ts";
import { parseManifests, workloads } from "./k8s/manifests.ts";
import { edges } from "./k8s/network.ts";
import { problems } from "./k8s/problems.ts";
import { read } from "./read.ts";
import { leftAtDefault, unset } from "./unset.ts";

const text = read("k8s.yaml");
const manifests = parseManifests(text);
const { version } = JSON.parse(read("package.json")) as { version: string };
const nodes = workloads(manifests).filter(({ isNode }) => isNode);
/** The Secret that docs/kubernetes.md makes. */
const keys = [...read("docs/kubernetes.md").matchAll(/--from-literal=(\w+)=/g)].map(([, key = ""]) => key);
const own = { sixfold: Object.fromEntries(keys.map((key) => [key, `${key}-of-32-characters-and-then-some`])) };

test("when k8s.yaml is looked at, then there is no problem with it", async () => {
  assert.deepEqual(await problems(manifests), []);
});

const ports = (node: NodeName) => portsOf(node).map(({ key }) => loadConfig({}, [])[key]);

test("when the policies are taken together, then they allow the edges that the design has, and no others", () => {
  const calls = (["auth", "logger", "mailer"] as const).flatMap((node) =>
    ports(node).map((port) => `gateway -> ${node}:${port}`),
  );
  const design = [
    "anyone -> frontend:8000",
    "anyone -> gateway:8080",
    ...calls,
    "auth -> postgres:5432",
    "logger -> mongo:27017",
    "mailer -> mongo:27017",
    "mailer -> mailpit:1025",
    ...nodes.flatMap(({ name }) => [
      `${name} -> rabbitmq:5672`,
      `${name} -> kube-system:53`,
      `${name} -> monitoring:4318`,
      `monitoring -> ${name}:${ports(name as NodeName)[0]}`,
    ]),
    "monitoring -> rabbitmq:15692",
  ];
  assert.deepEqual(edges(manifests), [...new Set(design)].sort());
});

test("when a policy is missing, or only one end of an edge has one, then it is found", () => {
  const changed = (found: string, instead: string) => parseManifests(text.replace(found, instead));
  assert.throws(() => edges(changed("podSelector: {}", "podSelector: { matchLabels: { a: b } }")), /nothing denies/);
  assert.throws(
    () => edges(changed("[{ port: 5432 }]", "[{ port: 5433 }]")),
    /only one end knows of auth -> postgres:5432/,
  );
  assert.throws(() => edges(changed("\n      ports: [{ port: 27017 }]", "")), /opens every port/);
});

test("when a node is deployed, then it has its own image of this version, and opens its ports", () => {
  const deployed = nodes.map(({ name, containers }) => [
    name,
    containers.map(({ image }) => image),
    containers.flatMap(({ ports: open = [] }) => open.map(({ containerPort }) => containerPort)),
  ]);
  const names = ["frontend", "gateway", "auth", "logger", "mailer", "listener"] as const;
  assert.deepEqual(
    deployed,
    names.map((name) => [name, [`sixfold/${name}:${version}`], ports(name)]),
  );
});

for (const node of nodes) {
  const name = node.name as NodeName;

  test(`when ${name} starts with the Secret, then its variables are a configuration for production, each one known`, () => {
    const environment = environmentOf(node, manifests, own);
    const config = loadConfig(environment, [name]);
    assert.equal(config.environment, "production");
    assert.equal(config.host, "0.0.0.0");
    const known = Object.values<Entry>(entries).flatMap(({ names, secret }) =>
      names.flatMap((variable) => (secret ? [variable, `${variable}_FILE`] : [variable])),
    );
    assert.deepEqual(
      Object.keys(environment).filter((variable) => ![...known, ...keys].includes(variable)),
      [],
    );
    const setHere = (node.containers[0]?.env ?? [])
      .map((variable) => variable.name)
      .filter((variable) => known.includes(variable));
    const foreign = Object.values<Entry>(entries).filter(
      ({ nodes: readers }) => readers !== "all" && !readers.includes(name),
    );
    assert.deepEqual(
      setHere.filter((variable) => foreign.some(({ names }) => names.includes(variable))),
      [],
    );
  });

  test(`when ${name} starts without the Secret, then it refuses and names the variable`, () => {
    assert.throws(
      () => loadConfig(environmentOf(node, manifests, {}), [name]),
      /^Error: RABBIT_URL: still says CHANGE_ME/,
    );
  });
}

/** What Compose's file sets, and this one leaves to whoever deploys it. */
const leftHere =
  `DATA_DIR OTEL_EXPORTER_OTLP_ENDPOINT TRACE_RATIO MAIL_VIEW_URL RATE_LIMIT OPEN_GATEWAY SEED_USERS LOG_RETENTION_DAYS
  MAIL_USERNAME MAIL_DOMAIN FROM_ADDRESS ALERT_TO LOG_FORMAT REQUEST_TIMEOUT SESSION_LIFETIME STREAM_LIMIT START_PATIENCE
  ALLOWED_ORIGINS FROM_NAME MAIL_ATTEMPTS MAIL_RETRY_DELAY MAIL_QUEUE_LIMIT MAIL_RETENTION_DAYS MAIL_ATTACHMENTS_LIMIT
  ALERT_LIMIT EVENT_RETRY_DELAYS`.split(/\s+/);

test("when a node reads a variable, then its pod has it, or it is left at its default on purpose", () => {
  const variables = nodes.map((node) => {
    const optional = (node.containers[0]?.env ?? []).map(({ name }) => name);
    return [node.name as NodeName, [...Object.keys(environmentOf(node, manifests, own)), ...optional]] as const;
  });
  assert.deepEqual(unset(new Map(variables)), [...leftAtDefault, ...leftHere].sort());
});

test("when a variable uses another that is not set, or a Secret is not there, then it is found", () => {
  const [gateway] = workloads(parseManifests(text.replaceAll("$(RABBITMQ_PASSWORD)", "$(RABBIT_PASSWORD)"))).filter(
    ({ name }) => name === "gateway",
  );
  assert.ok(gateway);
  assert.throws(() => environmentOf(gateway, manifests, own), /RABBIT_PASSWORD is not set/);
  const [postgres] = workloads(manifests).filter(({ name }) => name === "postgres");
  assert.ok(postgres);
  assert.throws(() => environmentOf(postgres, manifests, {}), /there is no POSTGRES_PASSWORD in sixfold/);
});

test("when a server starts, then it has the password that the nodes use", () => {
  const passwords = workloads(manifests)
    .filter(({ kind }) => kind === "StatefulSet")
    .map((server) => environmentOf(server, manifests, own));
  assert.deepEqual(
    passwords.map(
      (found) => found.POSTGRES_PASSWORD ?? found.MONGO_INITDB_ROOT_PASSWORD ?? found.RABBITMQ_DEFAULT_PASS,
    ),
    ["POSTGRES_PASSWORD", "MONGO_PASSWORD", "RABBITMQ_PASSWORD"].map((key) => own.sixfold[key]),
  );
});
