#!/usr/bin/env bash
# Applies k8s.yaml to a real API server, which knows what no schema says: validation, defaults, pod security. Kubernetes' own
# controllers make the pods, as many as the autoscalers want; no machine is there to run them. Kubernetes and etcd are built
# from their Go modules; the first time takes some ten minutes. Needs Go 1.26, kubectl, openssl.
set -euo pipefail
cd "$(dirname "$0")/.."

KUBERNETES=1.36.3
ETCD=v3.6.13
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sixfold/kubernetes-$KUBERNETES
work=$(mktemp -d)
started=()

# Ends what this run started, and nothing else. Nothing of it is kept, and an API server without etcd would wait for it.
finish() {
  local status=$?
  set +e # What has ended already does not keep the rest from being ended.
  for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT

# A program of a module, built in a module of its own: Kubernetes replaces its parts by folders that its module does not have.
build() {
  local program=$1 package=$2 module=$3 version=$4 folder=$work/$1
  [ -x "$cache/$program" ] && return
  echo "building $program $version"
  mkdir -p "$folder" "$cache"
  (
    cd "$folder"
    go mod init build
    go mod edit "-require=$module@$version"
    local own
    own=$(go mod download -json "$module@$version" | sed -n 's/^\t"GoMod": "\(.*\)",$/\1/p')
    sed -n 's#^\t\(k8s.io/[a-z-]*\) => ./staging/.*#\1#p' "$own" | while read -r part; do
      go mod edit "-replace=$part=$part@v0.${KUBERNETES#1.}"
    done
    printf 'package build\n\nimport _ "%s"\n' "$package" >program.go
    go mod tidy
    go build -trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$KUBERNETES" -o "$cache/$program" "$package"
  ) >"$work/$program.log" 2>&1 || { tail -20 "$work/$program.log"; exit 1; }
}

free_port() { node -e 'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port); this.close() })'; }

build etcd go.etcd.io/etcd/server/v3 go.etcd.io/etcd/server/v3 "$ETCD"
for program in kube-apiserver kube-controller-manager; do
  build $program k8s.io/kubernetes/cmd/$program k8s.io/kubernetes "v$KUBERNETES"
done

client=http://127.0.0.1:$(free_port)
peer=http://127.0.0.1:$(free_port)
port=$(free_port)
"$cache/etcd" --data-dir "$work/etcd-data" --listen-client-urls "$client" --advertise-client-urls "$client" \
  --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer" --log-level error >"$work/etcd.log" 2>&1 &
started+=($!)
openssl genrsa -out "$work/accounts.key" 2048 2>/dev/null
token=$(openssl rand -hex 16)
echo "$token,admin,1,system:masters" >"$work/tokens.csv"
"$cache/kube-apiserver" --etcd-servers "$client" --bind-address 127.0.0.1 --secure-port "$port" --cert-dir "$work/certificates" \
  --service-account-key-file "$work/accounts.key" --service-account-signing-key-file "$work/accounts.key" \
  --service-account-issuer https://kubernetes.default.svc --token-auth-file "$work/tokens.csv" --authorization-mode RBAC \
  --service-cluster-ip-range 10.0.0.0/24 >"$work/api-server.log" 2>&1 &
started+=($!)

export KUBECONFIG=$work/kubeconfig
cat >"$KUBECONFIG" <<END
apiVersion: v1
kind: Config
clusters: [{ name: here, cluster: { server: "https://127.0.0.1:$port", insecure-skip-tls-verify: true } }]
users: [{ name: admin, user: { token: $token } }]
contexts: [{ name: here, context: { cluster: here, user: admin } }]
current-context: here
END
for _ in $(seq 120); do
  if kubectl get --raw /readyz >/dev/null 2>&1; then break; fi
  sleep 0.5
done
kubectl get --raw /readyz >/dev/null || { tail -20 "$work/api-server.log"; exit 1; }
"$cache/kube-controller-manager" --kubeconfig "$KUBECONFIG" --service-account-private-key-file "$work/accounts.key" \
  --root-ca-file "$work/certificates/apiserver.crt" --leader-elect=false --secure-port 0 >"$work/controllers.log" 2>&1 &
started+=($!)

kubectl apply --validate=strict -f k8s.yaml
# A pod that pod security refuses is not made.
count() { kubectl -n sixfold wait "--for=jsonpath={.status.replicas}=$1" --timeout=2m "${@:2}"; }
if ! { count 2 deployment -l app.kubernetes.io/component=node && count 1 deployment/mailpit && count 1 statefulset --all; }; then
  kubectl -n sixfold get events --field-selector reason=FailedCreate -o custom-columns=WHAT:.message --no-headers | sort -u
  exit 1
fi
echo "Kubernetes $KUBERNETES takes k8s.yaml, and makes every pod of it at its restricted pod security level"
