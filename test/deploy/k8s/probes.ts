import type { IContainer } from "kubernetes-models/v1/Container";
import type { IProbe } from "kubernetes-models/v1/Probe";
import { type Manifest, ofKind, type Workload, workloads } from "./manifests.ts";

/** @param served the paths that every node's HTTP port answers */
export function* probeProblems(manifests: readonly Manifest[], served: ReadonlySet<string>): Iterable<string> {
  const shutdownTimeout = Number(ofKind(manifests, "ConfigMap")[0]?.data?.SHUTDOWN_TIMEOUT);
  for (const workload of workloads(manifests)) {
    const at = `${workload.kind} ${workload.name}`;
    for (const container of workload.containers) {
      const { startupProbe, readinessProbe, livenessProbe } = container;
      for (const [kind, probe] of Object.entries({ startupProbe, readinessProbe, livenessProbe })) {
        if (probe === undefined) {
          if (workload.isNode || kind === "readinessProbe") yield `${at} has no ${kind}`;
        } else if (!asksOpenPort(probe, container)) yield `${at}: ${kind} asks a port that it does not open`;
      }
      if (!workload.isNode) continue;
      if (livenessProbe?.httpGet?.path !== "/healthz") yield `${at} is killed when another server is away`;
      if (readinessProbe?.grpc === undefined && readinessProbe?.httpGet?.path !== "/readyz")
        yield `${at} is ready before it is`;
      for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
        const path = probe?.httpGet?.path;
        if (path !== undefined && !served.has(path)) yield `${at}: nothing is at ${path}`;
      }
      yield* graceProblems(workload, container, shutdownTimeout);
    }
  }
}

function asksOpenPort({ httpGet, tcpSocket, grpc, exec }: IProbe, { ports = [] }: IContainer): boolean {
  if (exec !== undefined) return true;
  if (grpc !== undefined)
    return ports.some(({ name, containerPort }) => name === "grpc" && containerPort === grpc.port);
  const asked = (httpGet ?? tcpSocket)?.port;
  return ports.some(({ name, containerPort }) => asked === name || asked === containerPort);
}

/** It leaves in order only if the kubelet waits for as long as that takes. */
function* graceProblems({ kind, name, pod }: Workload, { lifecycle }: IContainer, timeout: number): Iterable<string> {
  const pause = (lifecycle?.preStop as { sleep?: { seconds: number } } | undefined)?.sleep?.seconds;
  if (pause === undefined) yield `${kind} ${name} stops while requests are still sent to it`;
  const needed = (pause ?? 0) + timeout / 1000;
  if (!((pod.terminationGracePeriodSeconds ?? 30) > needed))
    yield `${kind} ${name} is killed before its ${needed} s are over`;
}
