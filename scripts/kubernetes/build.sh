# Read by other scripts: builds programs from their Go modules, and keeps them for the next run. Needs Go 1.26.

KUBERNETES=1.36.3
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sixfold/kubernetes

# build MODULE VERSION NAME[=PACKAGE]...: programs of a module, each of which is then found by its name. A module of our own is
# around them: `go install` refuses one that replaces its parts, and Kubernetes' are folders that its module does not have.
build() {
  local module=$1 version=$2 program name package folder
  shift 2
  for program; do
    name=${program%%=*} package=$module/cmd/$program
    [ "$name" = "$program" ] || package=${program#*=}
    PATH=$cache/$name-$version:$PATH
    [ -x "$cache/$name-$version/$name" ] && continue
    echo "building $name $version"
    folder=$(mktemp -d)
    (
      cd "$folder"
      go mod init build
      go mod edit "-require=$module@$version"
      replaced "$module@$version" | xargs -r go mod edit
      CGO_ENABLED=0 go build -mod=mod -trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$KUBERNETES" -o "$name" "$package"
      mkdir -p "$cache/$name-$version"
      mv "$name" "$cache/$name-$version/"
    ) >"$folder/log" 2>&1 || { tail -20 "$folder/log"; return 1; }
    rm -rf "$folder"
  done
}

# What a module replaces, which only the main module can say: its parts by themselves, of the same release.
replaced() {
  local own
  own=$(go mod download -json "$1" | sed -n 's/^\t"GoMod": "\(.*\)",$/\1/p')
  sed -n "s#^\t\(k8s.io/[a-z-]*\) => ./staging/.*#-replace=\1=\1@v0.${KUBERNETES#1.}#p" "$own"
}

build_kubernetes() { build k8s.io/kubernetes "v$KUBERNETES" "$@"; }

build_control_plane() {
  build go.etcd.io/etcd/server/v3 v3.6.13 etcd=go.etcd.io/etcd/server/v3
  build_kubernetes kube-apiserver kube-controller-manager kubectl
}

# Traefik replaces parts by others' work, and its module is a whole by itself: it is built where it lies, by its own list of sums.
build_traefik() {
  local version=v3.6.12 target source
  target=$cache/traefik-$version
  PATH=$target:$PATH
  [ -x "$target/traefik" ] && return
  echo "building traefik $version"
  source=$(sh scripts/go-module.sh "github.com/traefik/traefik/v3@$version")
  (
    cd "$source"
    CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X github.com/traefik/traefik/v3/pkg/version.Version=${version#v}" -o "$target/traefik" ./cmd/traefik
  )
}

# What makes a cluster of it: what runs pods, gives them names, holds them to the policies, measures them and lets requests in.
build_machine() {
  build_control_plane
  build_kubernetes kube-scheduler kubelet kube-proxy
  build github.com/containerd/containerd/v2 v2.2.9 containerd containerd-shim-runc-v2 ctr
  build github.com/coredns/coredns v1.14.6 coredns=github.com/coredns/coredns
  build github.com/cloudnativelabs/kube-router/v2 v2.1.0 kube-router
  build sigs.k8s.io/metrics-server v0.9.0 metrics-server
  build_traefik
}
