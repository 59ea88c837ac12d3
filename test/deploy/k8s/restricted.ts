import { type Manifest, ofKind, type Workload, workloads } from "./manifests.ts";

/** Beyond what the restricted pod security level asks: a read-only root, no token, bounded memory, a version of every image. */
export function* restrictionProblems(manifests: readonly Manifest[]): Iterable<string> {
  for (const { metadata } of ofKind(manifests, "Namespace")) {
    const level = metadata.labels?.["pod-security.kubernetes.io/enforce"];
    if (level !== "restricted") yield `Namespace ${metadata.name}: pod security is ${level}`;
  }
  for (const account of ofKind(manifests, "ServiceAccount")) {
    const { automountServiceAccountToken: token } = account as { automountServiceAccountToken?: boolean };
    if (token !== false) yield `ServiceAccount ${account.metadata.name}: its pods get a token`;
  }
  for (const workload of workloads(manifests)) yield* workloadProblems(workload);
}

function* workloadProblems({ kind, name, pod, containers }: Workload): Iterable<string> {
  const at = `${kind} ${name}`;
  const { securityContext: own = {} } = pod;
  if (own.runAsNonRoot !== true || !own.runAsUser) yield `${at} may run as root`;
  if (own.seccompProfile?.type !== "RuntimeDefault") yield `${at} has no seccomp profile`;
  if (pod.automountServiceAccountToken !== false) yield `${at} gets a token`;
  // Kubernetes would set variables named after Services, GATEWAY_PORT=tcp://10.0.0.1:8080 for one.
  if (pod.enableServiceLinks !== false) yield `${at} gets variables that Kubernetes makes of Services' names`;
  if (pod.hostNetwork || pod.hostPID || pod.hostIPC) yield `${at} shares its machine's namespaces`;
  for (const volume of pod.volumes ?? []) {
    if (volume.emptyDir?.sizeLimit === undefined) yield `${at}: the volume ${volume.name} is no bounded emptyDir`;
  }
  for (const { securityContext, resources, image = "" } of containers) {
    if (securityContext?.allowPrivilegeEscalation !== false) yield `${at} may gain privileges`;
    if (securityContext?.readOnlyRootFilesystem !== true) yield `${at} may write to its root filesystem`;
    const { drop = [], add = [] } = securityContext?.capabilities ?? {};
    if (drop.join() !== "ALL" || add.length > 0) yield `${at} keeps capabilities`;
    if (!resources?.requests?.cpu || !resources.requests.memory) yield `${at} requests no resources`;
    if (!resources?.limits?.memory) yield `${at} has no limit to its memory`;
    if (!/:\d+[\w.-]*$/.test(image) && !/:v\d[\w.-]*$/.test(image)) yield `${at}: ${image} names no version`;
  }
}
