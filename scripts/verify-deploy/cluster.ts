import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { portOr } from "../../embedded/free-port.ts";
import { eventually, underSignal } from "../../test/support/eventually.ts";
import { run } from "./command.ts";

export const namespace = "sixfold";
export const kubectl = (...args: string[]) => run("kubectl", args);
/** In the system's own namespace. */
export const here = (...args: string[]) => kubectl("--namespace", namespace, ...args);
export const removeNamespace = (name: string) =>
  kubectl("delete", "namespace", name, "--ignore-not-found", "--timeout=5m");
export const label = (name: string) => `app.kubernetes.io/name=${name}`;

export interface Pod {
  readonly name: string;
  readonly address: string;
  readonly restarts: number;
}

interface PodObject {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: {
    readonly podIP?: string;
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
  };
}

/** Those of a workload that are not on their way out. */
export async function podsOf(workload: string): Promise<Pod[]> {
  const found = await here("get", "pods", `--selector=${label(workload)}`, "--output=json");
  return (JSON.parse(found) as { items: PodObject[] }).items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata: { name }, status: { podIP = "", containerStatuses = [] } }) => ({
      name,
      address: podIP,
      restarts: containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    }));
}

export async function onePodOf(workload: string): Promise<Pod> {
  const [pod] = await podsOf(workload);
  assert.ok(pod, `a pod of ${workload}`);
  return pod;
}

/** Resolves when a Deployment or StatefulSet has every pod that it wants, each of its newest kind and ready. */
export const rolledOut = (workload: string) => here("rollout", "status", workload, "--timeout=10m");

export const readyIs = (expected: boolean, ...which: string[]) =>
  here("wait", `--for=condition=Ready=${expected}`, "pod", ...which, "--timeout=4m");

/** Resolves when a pod's container has been started once more. */
export function restarted(workload: string, name: string, before: number): Promise<true> {
  return eventually(
    async () => (await podsOf(workload)).some((pod) => pod.name === name && pod.restarts > before) || undefined,
    240_000,
    500,
  );
}

/** Runs a script by the Node that a pod has. @returns what it writes */
export const script = (pod: string, text: string, ...args: string[]) =>
  here("exec", pod, "--", "node", "--input-type=module", "--eval", text, "--", ...args);

/**
 * Has the first process of a pod's container evaluate something, by its inspector: from inside its container nothing else can
 * do to it what a fault does, and from outside only who is on its machine can.
 */
export function evaluate(pod: string, expression: string): Promise<unknown> {
  const text = `
    process.kill(1, "SIGUSR1");
    const pages = async () => {
      for (;;) {
        const found = await fetch("http://127.0.0.1:9229/json").then((answer) => answer.json(), () => undefined);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const socket = new WebSocket((await pages())[0].webSocketDebuggerUrl);
    const params = { expression: process.argv[1] };
    socket.onopen = () => {
      socket.send(JSON.stringify({ id: 1, method: "Runtime.evaluate", params }));
      setTimeout(() => process.exit(), 1_000);
    };`;
  // Whether it lives to answer is seen by what becomes of it.
  return script(pod, text, expression).catch(() => undefined);
}

export async function forward(workload: string, target: number): Promise<{ port: number; child: ChildProcess }> {
  const port = await portOr(0, "127.0.0.1");
  const args = ["--namespace", namespace, "port-forward", workload, `${port}:${target}`];
  const child = spawn("kubectl", args, { stdio: "ignore", signal: underSignal.getStore() });
  child.on("error", () => undefined); // Ended with the whole.
  return { port, child };
}
