import type { IHorizontalPodAutoscalerSpec } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscalerSpec";
import { type Manifest, ofKind, workloads } from "./manifests.ts";

/** Every node has two replicas at least, which leave one at a time. */
export function* replicaProblems(manifests: readonly Manifest[]): Iterable<string> {
  const scalers = ofKind<IHorizontalPodAutoscalerSpec>(manifests, "HorizontalPodAutoscaler");
  const budgets = ofKind(manifests, "PodDisruptionBudget").map(({ metadata }) => metadata.name);
  for (const { name, spec, pod, isNode } of workloads(manifests)) {
    if (!isNode) continue;
    const scaler = scalers.find((candidate) => candidate.spec.scaleTargetRef.name === name);
    if ((scaler?.spec.minReplicas ?? 1) < 2) yield `${name} may be down to one replica`;
    if (!((scaler?.spec.maxReplicas ?? 0) > 2)) yield `${name} cannot grow`;
    if (spec.replicas !== undefined) yield `${name}: applying it undoes what the autoscaler did`;
    if (!budgets.includes(name)) yield `${name} has no PodDisruptionBudget`;
    const strategy = "strategy" in spec ? spec.strategy?.rollingUpdate : undefined;
    if (strategy?.maxUnavailable !== 0) yield `${name} has fewer replicas while it is updated`;
    if ((pod.topologySpreadConstraints ?? []).length === 0) yield `${name}: all replicas may be on one machine`;
  }
}
