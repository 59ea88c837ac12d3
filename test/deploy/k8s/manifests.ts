import type { IDeploymentSpec } from "kubernetes-models/apps/v1/DeploymentSpec";
import type { IStatefulSetSpec } from "kubernetes-models/apps/v1/StatefulSetSpec";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import { parseAllDocuments } from "yaml";

export type Labels = Readonly<Record<string, string>>;

export interface Manifest<Spec = unknown> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly spec: Spec;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

/** What runs pods: a Deployment or a StatefulSet. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  /** Those of its pods. */
  readonly labels: Labels;
  readonly spec: IDeploymentSpec | IStatefulSetSpec;
  readonly pod: IPodSpec;
  readonly containers: readonly IContainer[];
  /** One of the system's own services, not a server that stands beside them. */
  readonly isNode: boolean;
}

/** @throws Error where it is no YAML, or a key is there twice */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    for (const error of document.errors) throw error;
    return document.toJS() as Manifest;
  });
}

export const ofKind = <Spec>(manifests: readonly Manifest[], kind: string): readonly Manifest<Spec>[] =>
  manifests.filter((manifest) => manifest.kind === kind) as Manifest<Spec>[];

export function workloads(manifests: readonly Manifest[]): readonly Workload[] {
  const found = [
    ...ofKind<IDeploymentSpec>(manifests, "Deployment"),
    ...ofKind<IStatefulSetSpec>(manifests, "StatefulSet"),
  ];
  return found.map(({ kind, metadata: { name }, spec }) => {
    const { metadata, spec: pod } = spec.template;
    if (pod === undefined) throw new Error(`${kind} ${name} has no pod`);
    const labels = metadata?.labels ?? {};
    const isNode = labels["app.kubernetes.io/component"] === "node";
    const containers = [...(pod.initContainers ?? []), ...pod.containers];
    return { kind, name, labels, spec, pod, containers, isNode };
  });
}

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: unknown;
}

/** An empty selector takes everything. @throws Error for expressions, which nothing here needs */
export function selects({ matchLabels = {}, matchExpressions }: Selector, labels: Labels): boolean {
  if (matchExpressions !== undefined) throw new Error("matchExpressions are not understood here");
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}
