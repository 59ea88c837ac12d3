import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { portOr } from "../../embedded/free-port.ts";
import { eventually } from "../../test/support/eventually.ts";
import { run } from "./command.ts";
import type { Part } from "./part.ts";
import { answers, smoke, smokeTested } from "./smoke.ts";

const namespace = "sixfold";
const credentials = { email: "operator@example.com", password: randomBytes(12).toString("hex") };
const kubectl = (...args: string[]) => run("kubectl", args);
const here = (...args: string[]) => kubectl("--namespace", namespace, ...args);

/** `kubectl apply -f k8s.yaml` on the cluster that KUBECONFIG names, whose machines must have the images (docs/kubernetes.md). */
export async function proveKubernetes({ report, undo }: Part): Promise<void> {
  report.heading("Kubernetes");
  if (!process.env.KUBECONFIG) {
    report.notProved("k8s.yaml on a cluster: no KUBECONFIG is given");
    return;
  }
  const version = await kubectl("version", "--output=json");
  report.note(
    `cluster ${(JSON.parse(version) as { serverVersion?: { gitVersion: string } }).serverVersion?.gitVersion}`,
  );
  const taken = await kubectl("get", "namespace", namespace, "--ignore-not-found", "--output=name");
  assert.equal(taken, "", `the cluster has a namespace ${namespace} already: it is not this run's to remove`);
  undo.add("the namespace", () => kubectl("delete", "namespace", namespace, "--timeout=5m"));
  await kubectl("create", "namespace", namespace, "--save-config");
  const passwords = ["RABBITMQ_PASSWORD", "POSTGRES_PASSWORD", "MONGO_PASSWORD", "SESSION_KEY"];
  const literals = passwords.map((name) => `--from-literal=${name}=${randomBytes(32).toString("hex")}`);
  await here("create", "secret", "generic", "sixfold", ...literals);
  await kubectl("apply", "-f", "k8s.yaml");
  report.progress("waiting for the pods");
  await here("wait", "--for=condition=Ready", "pod", "--all", "--timeout=10m");
  report.proved("k8s.yaml applies, and every pod gets ready");

  const [page, gateway, auth] = await Promise.all([
    forward("frontend", 8000),
    forward("gateway", 8080),
    forward("auth", 8081),
  ]);
  for (const { child } of [page, gateway, auth]) undo.add("a forwarded port", () => child.kill());
  await createUser(auth.port);
  const place = { page: `http://127.0.0.1:${page.port}`, gateway: `http://127.0.0.1:${gateway.port}/api` };
  await answers(place, credentials);
  await smoke(place, { credentials, isOpen: false });
  report.proved(`the same smoke test: ${smokeTested}`);
}

async function forward(service: string, target: number): Promise<{ port: number; child: ChildProcess }> {
  const port = await portOr(0, "127.0.0.1");
  const args = ["--namespace", namespace, "port-forward", `deploy/${service}`, `${port}:${target}`];
  return { port, child: spawn("kubectl", args, { stdio: "ignore" }) };
}

async function createUser(port: number): Promise<void> {
  const params = { ...credentials, first_name: "An", last_name: "Operator" };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "auth.createUser", params });
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body };
  await eventually(async () => (await fetch(`http://127.0.0.1:${port}/rpc`, init)).ok || undefined, 60_000);
}
