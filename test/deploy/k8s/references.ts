import type { IHorizontalPodAutoscalerSpec } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscalerSpec";
import type { IIngressSpec } from "kubernetes-models/networking.k8s.io/v1/IngressSpec";
import type { INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicySpec";
import type { IPodDisruptionBudgetSpec } from "kubernetes-models/policy/v1/PodDisruptionBudgetSpec";
import type { IServiceSpec } from "kubernetes-models/v1/ServiceSpec";
import { type Manifest, ofKind, selects, type Workload, workloads } from "./manifests.ts";

/** Names that name nothing, selectors that select nothing: an API server takes them as they are. */
export function* referenceProblems(manifests: readonly Manifest[]): Iterable<string> {
  const all = workloads(manifests);
  const names = manifests.map(({ kind, metadata: { name } }) => `${kind} ${name}`);
  const isThere = (kind: string, name = "") => names.includes(`${kind} ${name}`);

  for (const name of new Set(names))
    if (names.indexOf(name) !== names.lastIndexOf(name)) yield `${name} is there twice`;
  for (const { kind, metadata } of manifests) {
    if (kind !== "Namespace" && !isThere("Namespace", metadata.namespace))
      yield `${kind} ${metadata.name}: no namespace`;
  }
  for (const workload of all) yield* workloadProblems(workload, isThere);
  for (const service of ofKind<IServiceSpec>(manifests, "Service")) yield* serviceProblems(service, all);
  for (const { metadata, spec } of ofKind<IPodDisruptionBudgetSpec>(manifests, "PodDisruptionBudget")) {
    const selected = all.filter(({ labels }) => selects(spec.selector ?? {}, labels)).map(({ name }) => name);
    if (selected.join() !== metadata.name) yield `PodDisruptionBudget ${metadata.name} selects ${selected}`;
  }
  for (const { metadata, spec } of ofKind<IHorizontalPodAutoscalerSpec>(manifests, "HorizontalPodAutoscaler")) {
    const { kind, name } = spec.scaleTargetRef;
    if (!isThere(kind, name)) yield `HorizontalPodAutoscaler ${metadata.name}: there is no ${kind} ${name}`;
  }
  for (const { metadata, spec } of ofKind<INetworkPolicySpec>(manifests, "NetworkPolicy")) {
    const isUsed = all.some(({ labels }) => selects(spec.podSelector ?? {}, labels));
    if (!isUsed) yield `NetworkPolicy ${metadata.name} selects no pod`;
  }
  yield* ingressProblems(manifests);
}

function* workloadProblems(
  { kind, name, labels, spec, pod, containers }: Workload,
  isThere: IsThere,
): Iterable<string> {
  const at = `${kind} ${name}`;
  if (!selects(spec.selector, labels)) yield `${at}: its selector does not select its own pods`;
  if (Object.keys(spec.selector.matchLabels ?? {}).length === 0) yield `${at}: its selector selects every pod`;
  if (!isThere("ServiceAccount", pod.serviceAccountName))
    yield `${at}: there is no ServiceAccount ${pod.serviceAccountName}`;
  for (const { labelSelector, topologyKey } of pod.topologySpreadConstraints ?? []) {
    if (!selects(labelSelector ?? {}, labels))
      yield `${at}: spread over ${topologyKey} by labels that its pods do not have`;
  }
  if ("serviceName" in spec && !isThere("Service", spec.serviceName))
    yield `${at}: there is no Service ${spec.serviceName}`;
  const claims = "volumeClaimTemplates" in spec ? (spec.volumeClaimTemplates ?? []) : [];
  const volumes = [
    ...(pod.volumes ?? []).map((volume) => volume.name),
    ...claims.map(({ metadata }) => metadata?.name),
  ];
  const mounted = containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map((mount) => mount.name));
  for (const mount of mounted) if (!volumes.includes(mount)) yield `${at}: there is no volume ${mount}`;
  for (const volume of volumes) if (!mounted.includes(volume ?? "")) yield `${at}: nothing mounts the volume ${volume}`;
}

type IsThere = (kind: string, name?: string) => boolean;

function* serviceProblems({ metadata, spec }: Manifest<IServiceSpec>, all: readonly Workload[]): Iterable<string> {
  const at = `Service ${metadata.name}`;
  const selected = all.filter(({ labels }) => selects({ matchLabels: spec.selector }, labels));
  const [workload] = selected;
  if (workload === undefined || selected.length > 1) {
    yield `${at} selects ${selected.length === 0 ? "nothing" : selected.map(({ name }) => name)}`;
    return;
  }
  const open = workload.containers.flatMap(({ ports = [] }) => ports);
  for (const { port, targetPort } of spec.ports ?? []) {
    const found = open.find(({ name, containerPort }) => targetPort === name || targetPort === containerPort);
    if (found?.containerPort !== port)
      yield `${at}: ${port} goes to ${targetPort}, which ${workload.name} does not open as ${port}`;
  }
}

function* ingressProblems(manifests: readonly Manifest[]): Iterable<string> {
  const services = ofKind<IServiceSpec>(manifests, "Service");
  for (const { metadata, spec } of ofKind<IIngressSpec>(manifests, "Ingress")) {
    for (const { path, backend } of (spec.rules ?? []).flatMap(({ http }) => http?.paths ?? [])) {
      const target = services.find((service) => service.metadata.name === backend.service?.name);
      const { name, number } = backend.service?.port ?? {};
      const hasPort = target?.spec.ports?.some((port) =>
        name === undefined ? port.port === number : port.name === name,
      );
      if (!hasPort) yield `Ingress ${metadata.name}: ${path} goes to no port of a Service`;
    }
  }
}
