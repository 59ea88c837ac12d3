import type { INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicySpec";
import { type Manifest, ofKind, selects, type Workload, workloads } from "./manifests.ts";

type Policy = Manifest<INetworkPolicySpec>;
type Rule = NonNullable<INetworkPolicySpec["ingress"]>[number] & NonNullable<INetworkPolicySpec["egress"]>[number];

/**
 * Who may open a connection to whom: `gateway -> auth:8081`. A name without a workload is a namespace, or anyone.
 * @throws Error where not all pods are closed to begin with, or one end of an edge does not know of the other
 */
export function edges(manifests: readonly Manifest[]): string[] {
  const policies = ofKind<INetworkPolicySpec>(manifests, "NetworkPolicy");
  const all = workloads(manifests);
  if (!policies.some(closesAll)) throw new Error("nothing denies what no policy allows");
  const into = new Set(policies.flatMap((policy) => allowed(policy, "ingress", all)));
  const outOf = new Set(policies.flatMap((policy) => allowed(policy, "egress", all)));
  const isHere = (end: string) => all.some(({ name }) => end === name);
  const endsHere = (edge: string) =>
    edge
      .split(/ -> |:/)
      .slice(0, 2)
      .every(isHere);
  const known = [...new Set([...into, ...outOf])].sort();
  const half = known.filter((edge) => endsHere(edge) && !(into.has(edge) && outOf.has(edge)));
  if (half.length > 0) throw new Error(`only one end knows of ${half.join(", ")}`);
  return known;
}

function closesAll({ spec }: Policy): boolean {
  const { podSelector = {}, policyTypes = [], ingress, egress } = spec;
  const isForAll = Object.keys(podSelector.matchLabels ?? {}).length === 0;
  return isForAll && policyTypes.length === 2 && ingress === undefined && egress === undefined;
}

function allowed({ metadata, spec }: Policy, direction: "ingress" | "egress", all: readonly Workload[]): string[] {
  const type = direction === "ingress" ? "Ingress" : "Egress";
  if (!spec.policyTypes?.includes(type)) return [];
  const selected = all.filter(({ labels }) => selects(spec.podSelector ?? {}, labels)).map(({ name }) => name);
  return ((spec[direction] ?? []) as Rule[]).flatMap(({ from, to, ports = [] }) => {
    if (ports.length === 0) throw new Error(`NetworkPolicy ${metadata.name} opens every port`);
    const others = peers((direction === "ingress" ? from : to) ?? [], all);
    return selected.flatMap((own) =>
      others.flatMap((other) => {
        const [source, target] = direction === "ingress" ? [other, own] : [own, other];
        // Each end may open more ports than the other has: what counts is that the pod listens there.
        return ports
          .filter(({ port }) => listens(all, target, Number(port)))
          .map(({ port }) => `${source} -> ${target}:${port}`);
      }),
    );
  });
}

function peers(rule: NonNullable<Rule["from"]>, all: readonly Workload[]): string[] {
  if (rule.length === 0) return ["anyone"];
  return rule.flatMap(({ namespaceSelector, podSelector, ipBlock }) => {
    if (ipBlock !== undefined) return [ipBlock.cidr];
    if (namespaceSelector !== undefined)
      return [namespaceSelector.matchLabels?.["kubernetes.io/metadata.name"] ?? "any namespace"];
    return all.filter(({ labels }) => selects(podSelector ?? {}, labels)).map(({ name }) => name);
  });
}

/** What is not here may listen anywhere. */
function listens(all: readonly Workload[], name: string, port: number): boolean {
  const workload = all.find((candidate) => candidate.name === name);
  return (
    workload?.containers.some(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === port)) ?? true
  );
}
