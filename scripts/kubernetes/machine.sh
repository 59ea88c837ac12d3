#!/usr/bin/env bash
# The first process of scripts/cluster.sh's machine: with it, everything ends.
set -euo pipefail
work=$1
cd "$(dirname "$0")/../.."
. scripts/kubernetes/build.sh
. scripts/kubernetes/control-plane.sh
build_machine
address=10.202.0.2
export CONTAINERD_ADDRESS=$work/containerd.sock CONTAINERD_NAMESPACE=k8s.io

# scratch_image NAME FILE: one program that needs no other file.
scratch_image() {
  local folder=$work/images/$1
  mkdir -p "$folder/root"
  cp "$2" "$folder/root/$1"
  tar -C "$folder/root" -cf "$folder/layer.tar" "$1"
  echo "{ \"os\": \"linux\", \"architecture\": \"$(go env GOARCH)\", \"config\": { \"Entrypoint\": [\"/$1\"] }," \
    "\"rootfs\": { \"type\": \"layers\", \"diff_ids\": [\"sha256:$(sha256sum "$folder/layer.tar" | cut -d " " -f 1)\"] } }" >"$folder/config.json"
  echo "[{ \"Config\": \"config.json\", \"RepoTags\": [\"$1:1\"], \"Layers\": [\"layer.tar\"] }]" >"$folder/manifest.json"
  tar -C "$folder" -c manifest.json config.json layer.tar | ctr images import - >/dev/null
  rm -r "$folder"
}

# What a claim gets, for good: on a machine for trying, a folder.
volume() {
  mkdir -p "/var/lib/volumes/$1"
  cat <<END
apiVersion: v1
kind: PersistentVolume
metadata: { name: "volume-$1" }
spec:
  capacity: { storage: 5Gi }
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  local: { path: /var/lib/volumes/$1 }
  nodeAffinity:
    required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: Exists }] }] }
END
}

# What programs keep at places that no option names stays in here.
mount --make-rshared /
for place in /run /var/lib /var/log; do mount -t tmpfs tmpfs $place; done
# The kubelet wants these of the whole kernel; it only gets to see them.
for setting in vm/overcommit_memory=1 kernel/panic=10 kernel/panic_on_oops=1; do
  echo "${setting#*=}" >"/run/${setting##*/}"
  mount --bind "/run/${setting##*/}" "/proc/sys/${setting%=*}"
done
for controller in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do
  [ ! -e "$controller" ] || mkdir -p "${controller%/*}/sixfold"
done
# On a busy machine the whole cluster would have what one process outside has.
for shares in /sys/fs/cgroup/cpu/sixfold/cpu.shares=16384 /sys/fs/cgroup/sixfold/cpu.weight=1000; do
  [ ! -e "${shares%=*}" ] || echo "${shares#*=}" >"${shares%=*}"
done

ip link set lo up
until ip link show eth0 >/dev/null 2>&1; do sleep 0.1; done
ip address add $address/30 dev eth0
ip link set eth0 up
ip route add default via 10.202.0.1
echo 1 >/proc/sys/net/ipv4/ip_forward

start_control_plane $address 6443
start kube-scheduler --kubeconfig "$KUBECONFIG" --leader-elect=false --secure-port 0

mkdir -p "$work/cni" "$work/kubelet"
cat >"$work/containerd.toml" <<END
version = 3
root = "$work/containerd"
state = "/run/containerd"
[grpc]
address = "$CONTAINERD_ADDRESS"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = "pause:1"
[plugins.'io.containerd.cri.v1.runtime']
# Root may not be allowed to spare a process from the kernel's choice when memory is short.
restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ["/usr/lib/cni"]
conf_dir = "$work/cni"
END
# A pod's way is through the machine, not over a bridge: every packet passes the policies.
cat >"$work/cni/pods.conflist" <<END
{ "cniVersion": "1.0.0", "name": "pods", "plugins": [
  { "type": "ptp", "ipam": { "type": "host-local", "subnet": "10.200.0.0/24", "routes": [{ "dst": "0.0.0.0/0" }] } },
  { "type": "portmap", "capabilities": { "portMappings": true } } ] }
END
start containerd --config "$work/containerd.toml"
until ctr version >/dev/null 2>&1; do sleep 0.1; done
cat >"$work/pause.go" <<END
package main

import ("os"; "os/signal"; "syscall")

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
}
END
CGO_ENABLED=0 go build -o "$work/pause" "$work/pause.go" # What holds a pod's namespaces.
scratch_image pause "$work/pause"
for name in coredns metrics-server traefik; do scratch_image $name "$(command -v $name)"; done

# Who can reach the kubelet is on this machine, or is a pod that its policies let.
cat >"$work/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix://$CONTAINERD_ADDRESS
authentication: { anonymous: { enabled: true }, webhook: { enabled: false } }
authorization: { mode: AlwaysAllow }
clusterDNS: [10.201.0.10]
clusterDomain: cluster.local
resolvConf: ""
cgroupRoot: /sixfold
failCgroupV1: false
failSwapOn: false
# Images that are removed cannot be pulled again.
imageGCHighThresholdPercent: 100
evictionHard: { memory.available: 200Mi, nodefs.available: 1Gi }
END
start kubelet --kubeconfig "$KUBECONFIG" --config "$work/kubelet.yaml" --root-dir "$work/kubelet" --hostname-override machine --node-ip $address
until kubectl get node machine >/dev/null 2>&1; do sleep 0.5; done
start kube-proxy --kubeconfig "$KUBECONFIG" --hostname-override machine --cluster-cidr 10.200.0.0/16 --conntrack-max-per-core 0
start kube-router --kubeconfig "$KUBECONFIG" --hostname-override machine --run-router=false --run-service-proxy=false \
  --enable-cni=false --service-cluster-ip-range 10.201.0.0/16

kubectl apply -f scripts/kubernetes/addons.yaml
for number in $(seq 12); do volume $number | kubectl apply -f -; done
kubectl wait --for=condition=Ready node/machine --timeout=2m
kubectl -n kube-system wait --for=condition=Available deployment --all --timeout=5m
touch "$work/ready"
wait -n || true
echo "one of them has ended; its log is in $work"
