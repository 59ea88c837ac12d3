import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { nodeNames } from "../../config/entry.ts";
import { eventually } from "../../test/support/eventually.ts";
import { Client } from "./client.ts";
import {
  evaluate,
  forward,
  here,
  kubectl,
  namespace,
  onePodOf,
  readyIs,
  removeNamespace,
  restarted,
  rolledOut,
} from "./cluster.ts";
import { run } from "./command.ts";
import { NEXT_VERSION, VERSION } from "./images.ts";
import { proveFaults } from "./kubernetes-faults.ts";
import { findEntrance, proveForwarded, proveTls } from "./kubernetes-ingress.ts";
import { proveNetwork, strangers } from "./kubernetes-network.ts";
import { proveScale } from "./kubernetes-scale.ts";
import type { Part } from "./part.ts";
import { answers, smoke, smokeTested } from "./smoke.ts";
import { deathsUnderLoad, updatesUnderLoad } from "./under-load.ts";

const credentials = { email: "operator@example.com", password: randomBytes(12).toString("hex") };
const nodes = nodeNames.filter((name) => name !== "lab");
const servers = ["postgres", "mongo", "rabbitmq"];

/**
 * `kubectl apply -f k8s.yaml` on the cluster that KUBECONFIG names. LOAD_IMAGES is the command that takes images from the Docker
 * engine there: `kind load docker-image`, `minikube image load`, `scripts/cluster.sh load`.
 */
export async function proveKubernetes(part: Part): Promise<void> {
  const { report, undo } = part;
  report.heading("Kubernetes");
  if (!process.env.KUBECONFIG) {
    report.notProved("k8s.yaml on a cluster: no KUBECONFIG is given");
    return;
  }
  const version = JSON.parse(await kubectl("get", "--raw", "/version")) as { gitVersion: string };
  report.note(`cluster ${version.gitVersion}`);
  for (const name of [namespace, ...strangers]) {
    const taken = await kubectl("get", "namespace", name, "--ignore-not-found", "--output=name");
    assert.equal(taken, "", `the cluster has a namespace ${name} already: it is not this run's to remove`);
  }
  undo.add("the namespace", () => removeNamespace(namespace));
  await run("kubectl", ["apply", "-f", "-"], { input: await manifests(part) });
  await refusesPlaceholders();
  report.proved("k8s.yaml applies, and runs nothing without the Secret: each node names the variable");
  await makeSecret();
  report.progress("waiting for the pods");
  for (const name of servers) await rolledOut(`statefulset/${name}`);
  for (const name of ["mailpit", ...nodes]) await settled(name);
  report.proved(
    "with the Secret all go on by themselves: every pod gets ready, two of each service, as the autoscalers say",
  );

  await createUser();
  const { place, ingress } = await findEntrance(part);
  await answers(place, credentials);
  await smoke(place, { credentials, isOpen: false });
  report.proved(`the same smoke test: ${smokeTested}`);
  await proveNetwork(part, `sixfold/listener:${VERSION}`);
  const client = new Client(place);
  await client.signIn(credentials);
  if (ingress !== undefined) await proveForwarded(part, ingress, client);
  const load = { client, report };
  await updatesUnderLoad(load, nodes, update);
  await proveScale(part, client);
  await deathsUnderLoad(load, kill);
  await proveFaults(part);
  if (ingress !== undefined) await proveTls(part, ingress, credentials);
}

/** With the images of this run, and no bound on what the one client of the load may ask. */
async function manifests({ engine, servers: { standIns } }: Part): Promise<string> {
  const text = readFileSync("k8s.yaml", "utf8").replace("  NODE_ENV: production\n", '$&  RATE_LIMIT: "1000000"\n');
  const [command, ...args] = (process.env.LOAD_IMAGES ?? "").split(" ");
  assert.ok(command, "LOAD_IMAGES names no command that takes images to the cluster's machines");
  const own = nodes.flatMap((name) => [`sixfold/${name}:${VERSION}`, `sixfold/${name}:${NEXT_VERSION}`]);
  const images = standIns.map(({ image, standIn }) => ({ image, here: `${standIn}:${VERSION}`, standIn }));
  for (const { standIn, here: tag } of images) await engine.docker(["tag", standIn, tag]);
  await run(command, [...args, ...own, ...images.map(({ here: tag }) => tag)], { env: engine.env });
  return images
    .reduce((all, { image, here: tag }) => all.replace(`image: ${image}\n`, `image: ${tag}\n`), text)
    .replaceAll(/image: (sixfold\/\w+):.*/g, `image: $1:${VERSION}`);
}

async function refusesPlaceholders(): Promise<void> {
  for (const name of nodes) {
    await eventually(async () => {
      const log = await here("logs", `deployment/${name}`);
      return /RABBIT_URL: still says CHANGE_ME/.test(log) || undefined;
    }, 120_000);
  }
}

async function makeSecret(): Promise<void> {
  const passwords = ["RABBITMQ_PASSWORD", "POSTGRES_PASSWORD", "MONGO_PASSWORD", "SESSION_KEY"];
  const literals = passwords.map((name) => `--from-literal=${name}=${randomBytes(32).toString("hex")}`);
  await here("create", "secret", "generic", "sixfold", ...literals);
}

async function settled(name: string): Promise<void> {
  if (name !== "mailpit") {
    await here("wait", "--for=jsonpath={.spec.replicas}=2", `deployment/${name}`, "--timeout=2m");
  }
  await rolledOut(`deployment/${name}`);
}

async function createUser(): Promise<void> {
  const { port, child } = await forward("deployment/auth", 8081);
  const params = { ...credentials, first_name: "An", last_name: "Operator" };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "auth.createUser", params });
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body };
  await eventually(async () => (await fetch(`http://127.0.0.1:${port}/rpc`, init)).ok || undefined, 60_000);
  child.kill();
}

async function update(name: string, image: string): Promise<void> {
  await here("set", "image", `deployment/${name}`, `${name}=${image}`);
  await rolledOut(`deployment/${name}`);
}

async function kill(name: string): Promise<void> {
  const { name: pod, restarts } = await onePodOf(name);
  // When the inspector has nobody connected any more, whose leaving the end would wait for.
  await evaluate(pod, "setTimeout(() => process.reallyExit(137), 3_000)");
  await restarted(name, pod, restarts);
  await readyIs(true, pod);
}
