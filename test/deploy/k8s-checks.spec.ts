import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifests } from "./k8s/manifests.ts";
import { problems } from "./k8s/problems.ts";
import { read } from "./read.ts";

const text = read("k8s.yaml");

/** What is wrong; what of the file is replaced, where it first is; by what; and what is then said. */
const broken: readonly [string, string | RegExp, string, RegExp][] = [
  ["a field is misspelt", "livenessProbe:", "livnessProbe:", /livnessProbe is not a field/],
  [
    "a field stands where it does not belong",
    "enableServiceLinks: false",
    "optional: true",
    /spec\/optional is not a field/,
  ],
  [
    "a kind is of another version",
    "autoscaling/v2",
    "autoscaling/v3",
    /there is no HorizontalPodAutoscaler in autoscaling\/v3/,
  ],
  ["a text stands where a number is wanted", "periodSeconds: 5", "periodSeconds: often", /periodSeconds/],
  [
    "a selector has another label",
    /selector: \{ matchLabels: \{ (\S+) auth/,
    "selector: { matchLabels: { $1 login",
    /Deployment auth: its selector/,
  ],
  [
    "a Service selects nothing",
    "selector: { app.kubernetes.io/name: auth }",
    "selector: { app.kubernetes.io/name: login }",
    /Service auth selects nothing/,
  ],
  [
    "a Service's port is another",
    "port: 50002, targetPort",
    "port: 50020, targetPort",
    /Service auth: 50020 goes to grpc/,
  ],
  ["a ServiceAccount is another's", "serviceAccountName: auth", "serviceAccountName: login", /no ServiceAccount login/],
  [
    "a volume is not mounted",
    "{ name: run, mountPath",
    "{ name: runs, mountPath",
    /no volume runs\n.*nothing mounts the volume run$/m,
  ],
  ["a StatefulSet's Service has another name", "serviceName: mongo", "serviceName: mongod", /no Service mongod$/m],
  [
    "the autoscaler has another target",
    "kind: Deployment\n    name: auth",
    "kind: Deployment\n    name: login",
    /no Deployment login/,
  ],
  [
    "a budget is for other pods",
    /maxUnavailable: 1\n(.*\n)+? {2}selector: .*frontend/,
    "selector: { matchLabels: { app.kubernetes.io/name: gateway",
    /PodDisruptionBudget frontend selects gateway/,
  ],
  [
    "spreading goes by other labels",
    /labelSelector: .*auth/,
    "labelSelector: { matchLabels: { app.kubernetes.io/name: login",
    /Deployment auth: spread over/,
  ],
  [
    "a policy is for no pod",
    /(?<=\n {2}podSelector: .*name: )postgres/,
    "nobody",
    /NetworkPolicy postgres selects no pod/,
  ],
  [
    "the Ingress names a port that is not",
    "name: gateway, port: { name: http }",
    "name: gateway, port: { name: web }",
    /\/api goes to no port/,
  ],
  ["a name is there twice", "name: auth\n", "name: gateway\n", /ServiceAccount gateway is there twice/],
  ["a namespace is not there", "namespace: sixfold\n", "namespace: other\n", /ConfigMap sixfold: no namespace/],
  ["pod security is lower", "enforce: restricted", "enforce: baseline", /pod security is baseline/],
  [
    "a ServiceAccount has its token",
    /(?<=name: auth.*\n(.*\n){1,3})automountServiceAccountToken: false\n/,
    "",
    /ServiceAccount auth: its pods get a token/,
  ],
  ["a pod may be root", "runAsNonRoot: true", "runAsNonRoot: false", /may run as root/],
  [
    "there is no seccomp profile",
    "seccompProfile: { type: RuntimeDefault }",
    "seccompProfile: { type: Unconfined }",
    /no seccomp profile/,
  ],
  [
    "Kubernetes sets variables",
    "enableServiceLinks: false",
    "enableServiceLinks: true",
    /variables that Kubernetes makes/,
  ],
  [
    "a pod is on its machine's network",
    "enableServiceLinks: false",
    "enableServiceLinks: false\n      hostNetwork: true",
    /machine's namespaces/,
  ],
  ["a volume has no bound", "emptyDir: { sizeLimit: 16Mi }", "emptyDir: {}", /no bounded emptyDir/],
  [
    "privileges may be gained",
    "allowPrivilegeEscalation: false",
    "allowPrivilegeEscalation: true",
    /may gain privileges/,
  ],
  [
    "the root filesystem is writable",
    "readOnlyRootFilesystem: true",
    "readOnlyRootFilesystem: false",
    /may write to its root/,
  ],
  ["a capability is kept", "drop: [ALL]", "drop: [ALL], add: [NET_RAW]", /keeps capabilities/],
  ["memory has no limit", "limits: { memory: 512Mi }", "limits: {}", /no limit to its memory/],
  ["an image has no version", "image: postgres:17", "image: postgres:latest", /postgres:latest names no version/],
  [
    "a probe asks a path that is not served",
    "path: /healthz, port: http",
    "path: /health, port: http",
    /nothing is at \/health/,
  ],
  [
    "a probe asks a port that is not open",
    "path: /healthz, port: http",
    "path: /healthz, port: web",
    /asks a port that it does not open/,
  ],
  [
    "liveness depends on other servers",
    /(?<=livenessProbe:\n *httpGet: \{ path: )\/healthz/,
    "/readyz",
    /killed when another server is away/,
  ],
  [
    "readiness does not",
    "path: /readyz, port: http }\n            periodSeconds: 5\n            timeout",
    "path: /healthz, port: http }\n            periodSeconds: 5\n            timeout",
    /ready before it is/,
  ],
  [
    "a node stops at once",
    "lifecycle: { preStop: { sleep: { seconds: 5 } } }",
    "terminationMessagePolicy: File",
    /stops while requests/,
  ],
  [
    "the drain may take longer than the kubelet waits",
    'SHUTDOWN_TIMEOUT: "10000"',
    'SHUTDOWN_TIMEOUT: "15000"',
    /killed before its 20 s/,
  ],
  ["one replica is enough", "minReplicas: 2", "minReplicas: 1", /down to one replica/],
  [
    "applying sets the replicas",
    "minReadySeconds: 5",
    "minReadySeconds: 5\n  replicas: 2",
    /undoes what the autoscaler did/,
  ],
  [
    "an update takes replicas away",
    "maxSurge: 1, maxUnavailable: 0",
    "maxSurge: 0, maxUnavailable: 1",
    /fewer replicas while it is updated/,
  ],
];

for (const [what, found, instead, says] of broken) {
  test(`when ${what}, then it is found`, async () => {
    const changed = text.replace(found, instead);
    assert.notEqual(changed, text);
    assert.match((await problems(parseManifests(changed))).join("\n"), says);
  });
}
