#!/usr/bin/env bash
# Applies k8s.yaml to a real API server, which knows what no schema says: validation, defaults, pod security. Kubernetes' own
# controllers make the pods, as many as the autoscalers want; no machine is there to run them (scripts/cluster.sh has one).
# Kubernetes and etcd are built from their Go modules; the first time takes some ten minutes. Needs Go 1.26, openssl.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/kubernetes/build.sh
. scripts/kubernetes/control-plane.sh

# Ends what this run started, and nothing else. Nothing of it is kept, and an API server without etcd would wait for it.
finish() {
  local status=$?
  set +e # What has ended already does not keep the rest from being ended.
  for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
  rm -rf "$work"
  exit "$status"
}
work=$(mktemp -d)
trap finish EXIT

build_control_plane
start_control_plane 127.0.0.1 "$(free_port)"

kubectl apply --validate=strict -f k8s.yaml
# A pod that pod security refuses is not made.
count() { kubectl -n sixfold wait "--for=jsonpath={.status.replicas}=$1" --timeout=2m "${@:2}"; }
if ! { count 2 deployment -l app.kubernetes.io/component=node && count 1 deployment/mailpit && count 1 statefulset --all; }; then
  kubectl -n sixfold get events --field-selector reason=FailedCreate -o custom-columns=WHAT:.message --no-headers | sort -u
  exit 1
fi
echo "Kubernetes $KUBERNETES takes k8s.yaml, and makes every pod of it at its restricted pod security level"
