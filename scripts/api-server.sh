#!/usr/bin/env bash
# Applies k8s.yaml to a real API server, which knows what no schema says: validation, defaults, pod security. Nothing runs on it.
# Kubernetes and etcd are built from their Go modules; the first time takes some ten minutes. Needs Go 1.26, kubectl, openssl.
set -euo pipefail
cd "$(dirname "$0")/.."

KUBERNETES=1.36.3
ETCD=v3.6.13
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sixfold/kubernetes-$KUBERNETES
work=$(mktemp -d)
started=()

# Stops what this run started, and nothing else.
finish() {
  local status=$?
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
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
build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes "v$KUBERNETES"

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

ask() { kubectl --server "https://127.0.0.1:$port" --insecure-skip-tls-verify --token "$token" "$@"; }
for _ in $(seq 120); do
  if ask get --raw /readyz >/dev/null 2>&1; then break; fi
  sleep 0.5
done
ask get --raw /readyz >/dev/null || { tail -20 "$work/api-server.log"; exit 1; }

ask apply --validate=strict -f k8s.yaml
# Controllers would make the pods; none runs here, so each template is shown to pod security as a pod.
ask -n sixfold get deployments,statefulsets -o json | node -e '
  const { items } = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const volume = ({ metadata: { name } }) => ({ name, persistentVolumeClaim: { claimName: name } });
  const pods = items.map(({ metadata: { name, namespace }, spec: { template, volumeClaimTemplates = [] } }) => ({
    apiVersion: "v1", kind: "Pod", metadata: { ...template.metadata, name, namespace },
    spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...volumeClaimTemplates.map(volume)] } }));
  console.log(JSON.stringify({ apiVersion: "v1", kind: "List", items: pods }));' | ask create --dry-run=server -f -
echo "Kubernetes $KUBERNETES takes k8s.yaml, and its restricted pod security level every pod of it"
