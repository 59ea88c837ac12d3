import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { entries } from "../../config/entries.ts";
import { type Entry, nodeNames } from "../../config/entry.ts";
import { type Environment, loadConfig } from "../../config/load.ts";
import { type ComposeFile, overlaid, parseCompose, sources } from "./compose/compose.ts";
import { formatProblems } from "./compose/format.ts";
import { nameProblems } from "./compose/names.ts";
import { layersOf, stagesOf, variablesOf } from "./dockerfile.ts";
import { parseManifests, workloads } from "./k8s/manifests.ts";
import { edges } from "./k8s/network.ts";
import { read } from "./read.ts";
import { leftAtDefault, unset } from "./unset.ts";

const text = read("docker-compose.yml");
const override = read("docker-compose.override.yml");
/** What Swarm is given, and what Compose makes of both files. */
const stack = parseCompose(text);
const laptop = overlaid(stack, parseCompose(override));
/** Their images have a HEALTHCHECK, or nobody waits for them. */
const checked = [...nodeNames, "console"];
const manifests = parseManifests(read("k8s.yaml"));
const { version } = JSON.parse(read("package.json")) as { version: string };

const problems = (file: ComposeFile, swarm: boolean) => [
  ...formatProblems(file, { swarm }),
  ...nameProblems(file, checked),
];

test("when Swarm reads docker-compose.yml, or Compose reads it with the override, then there is no problem", () => {
  assert.deepEqual(problems(stack, true), []);
  assert.deepEqual(problems(laptop, false), []);
});

test("when deploy/authorities.yml is read too, then every node and the console believe the authorities of the file", () => {
  const believing = parseCompose(read("deploy/authorities.yml"));
  assert.deepEqual(Object.keys(believing.services).sort(), [...checked].sort());
  assert.deepEqual(problems(overlaid(stack, believing), true), []);
  for (const { environment, configs } of Object.values(believing.services)) {
    assert.deepEqual(configs, [{ source: "authorities", target: environment?.NODE_EXTRA_CA_CERTS }]);
  }
});

for (const [what, found, instead, says] of [
  ["the file has a name, which Swarm refuses", /^services:/m, "name: sixfold\nservices:", /the file has no name/],
  ["a service has a profile", /^ {2}gateway:$/m, "  gateway:\n    profiles: [some]", /gateway has no profiles/],
  [
    "a condition stands where Swarm reads it",
    "depends_on: [rabbitmq, postgres]",
    "depends_on: { rabbitmq: { condition: service_healthy } }",
    /auth: depends_on is no list/,
  ],
  ["an image is built where Swarm reads it", /^ {2}gateway:$/m, "  gateway:\n    build: .", /Swarm has no build/],
  [
    "a key of deploy is misspelt",
    "failure_action: rollback, monitor",
    "failure_actions: rollback, monitor",
    /update has no failure_actions/,
  ],
  [
    "a service waits for none",
    "depends_on: [rabbitmq, postgres]",
    "depends_on: [rabbit]",
    /auth waits for rabbit, which/,
  ],
  ["a network is not declared", "networks: [mesh, data]", "networks: [mesh, dato]", /networks: dato is not declared/],
  [
    "a secret is not declared",
    "secrets: [rabbit_url, dsn]",
    "secrets: [rabbit_url, dns]",
    /dns is not declared\n.*nobody uses dsn/,
  ],
  ["a volume is not declared", '"postgres:/var', '"pgdata:/var', /pgdata is not declared/],
  [
    "a service has no network of its own",
    "networks: [edge]",
    "stdin_open: true",
    /proxy is in a network of everyone's/,
  ],
] as const) {
  test(`when ${what}, then it is found`, () => {
    const changed = text.replace(found, instead);
    assert.notEqual(changed, text);
    assert.match(problems(parseCompose(changed), true).join("\n"), says);
  });
}

const secrets = mkdtempSync(join(tmpdir(), "sixfold-secrets-"));
after(() => rmSync(secrets, { recursive: true }));
const development = fileURLToPath(new URL("../../deploy/development-secrets", import.meta.url));
for (const name of readdirSync(development)) {
  writeFileSync(join(secrets, name), read(`deploy/development-secrets/${name}`).replaceAll("CHANGE_ME", "own"));
}

/** What a node's process finds, with its secrets in this folder. */
function environmentOf({ services }: ComposeFile, node: string, folder: string): Environment {
  const written = Object.entries(services[node]?.environment ?? {}).map(([name, value]) => [
    name,
    String(value ?? "").replace("/run/secrets", folder),
  ]);
  return { ...variablesOf(stagesOf(read("Dockerfile")), "service"), ...Object.fromEntries(written) };
}

for (const node of nodeNames) {
  test(`when ${node} starts, then its variables are a configuration, each one known and read by it`, () => {
    const environment = environmentOf(stack, node, secrets);
    assert.equal(loadConfig(environment, [node]).environment, "production");
    assert.equal(loadConfig(environmentOf(laptop, node, development), [node]).environment, "development");
    const readByNode = Object.values<Entry>(entries)
      .filter(({ nodes }) => nodes === "all" || nodes.includes(node))
      .flatMap(({ names, secret }) => names.flatMap((name) => (secret ? [name, `${name}_FILE`] : [name])));
    const written = Object.keys(stack.services[node]?.environment ?? {});
    assert.deepEqual(
      written.filter((name) => !readByNode.includes(name)),
      [],
    );
    const files = Object.values(stack.services[node]?.environment ?? {})
      .map(String)
      .filter((value) => value.startsWith("/run/"));
    assert.deepEqual(
      files.map((file) => file.replace("/run/secrets/", "")).sort(),
      [...sources(stack.services[node]?.secrets)].sort(),
    );
  });

  test(`when ${node} starts in production with development's secrets, then it refuses`, () => {
    assert.throws(
      () => loadConfig(environmentOf(stack, node, development), [node]),
      /RABBIT_URL_FILE: still says CHANGE_ME/,
    );
  });

  test(`when ${node} runs, then it can do no more than it must, and has the time to leave in order`, () => {
    const { image, read_only, cap_drop, security_opt, stop_grace_period = "" } = stack.services[node] ?? { image: "" };
    assert.equal(image, `sixfold/${node}:${version}`);
    assert.deepEqual(
      { read_only, cap_drop, security_opt },
      { read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] },
    );
    assert.ok(Number.parseInt(stop_grace_period, 10) * 1_000 > loadConfig({}, []).shutdownTimeout);
    const [service] = workloads(manifests).filter(({ name }) => name === node);
    if (service !== undefined) assert.match(service.containers[0]?.image ?? "", new RegExp(`^sixfold/${node}:`));
  });
}

test("when the proxy runs, then it can do no more than listen, and has the time to end what is in hand", () => {
  const { read_only, tmpfs, cap_drop, cap_add, security_opt, stop_grace_period = "" } = stack.services.proxy ?? {};
  assert.deepEqual(
    { read_only, tmpfs, cap_drop, cap_add, security_opt },
    {
      read_only: true,
      tmpfs: ["/tmp", "/config"],
      cap_drop: ["ALL"],
      cap_add: ["NET_BIND_SERVICE"],
      security_opt: ["no-new-privileges:true"],
    },
  );
  const [, grace = ""] = /^\tgrace_period (\d+)s$/m.exec(read("deploy/Caddyfile")) ?? [];
  assert.ok(Number.parseInt(stop_grace_period, 10) > Number(grace) && Number(grace) > 0);
});

test("when a service has a volume, then its old replica has gone before a new one comes", () => {
  const kept = Object.entries(stack.services).filter(([, { volumes = [] }]) => volumes.length > 0);
  assert.ok(kept.length >= 6);
  for (const [name, { deploy }] of kept) {
    for (const update of [deploy?.update_config, deploy?.rollback_config ?? { order: "stop-first" }]) {
      assert.equal((update as { order?: string }).order, "stop-first", name);
    }
  }
});

test("when a node has a volume, then the image has that folder, its user's: a new volume takes the owner of what it covers", () => {
  const copied = layersOf(stagesOf(read("Dockerfile")), "service").flatMap(({ instructions }) =>
    instructions.flatMap(({ word, rest }) =>
      word === "COPY" && rest.includes("--chown=1000:1000") ? [rest.split(" ").at(-1)] : [],
    ),
  );
  const mounted = nodeNames.flatMap((node) =>
    (stack.services[node]?.volumes ?? []).map((volume) => volume.split(":")[1]),
  );
  assert.deepEqual(mounted, ["/data"]);
  assert.deepEqual(copied, mounted);
});

/** What is of the deployment alone, and no node reads. */
const ofTheDeployment =
  "REGISTRY VERSION REVISION DOMAIN HTTP_PORT HTTPS_PORT MAILPIT_PORT RABBITMQ_PORT MESH_SUBNET EDGE_SUBNET INTERNAL EDGE_NODE DATA_NODE CONFIGS SECRETS SERVER_SECRETS".split(
    " ",
  );

test("when a variable is asked for, then the configuration knows it, or it is the deployment's own", () => {
  const asked = [...`${text}${override}`.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name);
  const known = Object.values<Entry>(entries).flatMap(({ names }) => names);
  const images = Object.values(laptop.services).map(({ image }) => image);
  const strange = [...new Set(asked)].filter((name) => {
    const [, of = "", what] = /^(\w+)_(REPLICAS|PORT|IMAGE)$/.exec(name) ?? [];
    const service = of.toLowerCase();
    const isAService = what === "IMAGE" ? images.some((image) => image.includes(service)) : service in laptop.services;
    return !isAService && !known.includes(name) && !ofTheDeployment.includes(name);
  });
  assert.deepEqual(strange, []);
  assert.deepEqual(
    ofTheDeployment.filter((name) => !asked.includes(name)),
    [],
  );
});

test("when a node reads a variable, then its environment has it, or it is left at its default on purpose", () => {
  const variables = nodeNames.map((node) => [node, Object.keys(environmentOf(stack, node, secrets))] as const);
  const here = ["SHUTDOWN_TIMEOUT", "LAB_RUNS", "LAB_REPORTS", "LAB_NATS_URL", "LAB_EMAIL", "LAB_PASSWORD"];
  assert.deepEqual(unset(new Map(variables)), [...leftAtDefault, ...here].sort());
});

test("when a swarm's secrets are made, then all that the stack wants, as many as a laptop has", () => {
  const declared = Object.keys(stack.secrets ?? {}).sort();
  const made = [...read("deploy/make-secrets.sh").matchAll(/^\s*create (\w+) /gm)].map(([, name]) => name);
  assert.deepEqual([...new Set(made)].sort(), declared);
  assert.deepEqual(readdirSync(development).sort(), declared);
  assert.ok(Object.values(stack.secrets ?? {}).every(({ external, file }) => external === true && file === undefined));
  const files = Object.entries(laptop.secrets ?? {}).map(([name, { file }]) => [name, file]);
  assert.deepEqual(
    files,
    files.map(([name]) => [name, `./deploy/development-secrets/${name}`]),
  );
});

test("when Compose builds an image, then it is labelled with what it is tagged as", () => {
  for (const name of checked) {
    const { image = "", build } = laptop.services[name] ?? {};
    assert.equal(image.split(":")[1], build?.args?.VERSION, name);
    assert.equal(build?.args?.REVISION, "unknown");
  }
});

test("when a server is of the same kind on Kubernetes, then it is of the same version", () => {
  const servers = workloads(manifests).filter(({ isNode }) => !isNode);
  assert.ok(servers.length >= 4);
  for (const { name, containers } of servers) assert.equal(stack.services[name]?.image, containers[0]?.image, name);
});

test("when Kubernetes lets one reach another, then they share a network here", () => {
  const networks = (name = "") => stack.services[name]?.networks ?? [];
  const inside = edges(manifests)
    .map((edge) => edge.split(/ -> |:/))
    .filter(([from = "", to = ""]) => from in stack.services && to in stack.services);
  assert.ok(inside.length > 10);
  for (const [from, to] of inside) {
    assert.ok(
      networks(from).some((network) => networks(to).includes(network)),
      `${from} cannot reach ${to}`,
    );
  }
  const withData = Object.keys(stack.services).filter((name) => networks(name).includes("data"));
  assert.deepEqual(withData.sort(), ["auth", "logger", "mailer", "mongo", "postgres"]);
});

test("when something is asked below /api, or for /api itself, then it is the gateway's", () => {
  const [, paths = ""] =
    /@api path (.*)\n\thandle @api \{\n.*\n\t*dynamic a gateway/.exec(read("deploy/Caddyfile")) ?? [];
  assert.deepEqual(paths.split(" "), ["/api", "/api/*"]);
});

test("when the proxy hands a request on, then to the ports of the page and the gateway", () => {
  const upstreams = [...read("deploy/Caddyfile").matchAll(/dynamic a (\w+) (\d+)/g)].map(([, name, port]) => [
    name,
    Number(port),
  ]);
  const { gatewayPort, frontendPort } = loadConfig({}, []);
  assert.deepEqual(upstreams, [
    ["gateway", gatewayPort],
    ["frontend", frontendPort],
  ]);
});
