#!/usr/bin/env bash
# A Kubernetes cluster of one machine, made of Debian's packages and Go modules where no registry gives images: in a network,
# a mount and a process namespace of its own, so that nothing of it is left when its first process ends.
#
#   scripts/cluster.sh up              its kubeconfig is .data/cluster/kubeconfig; the Services' addresses answer here
#   scripts/cluster.sh load IMAGE...   from the Docker engine
#   scripts/cluster.sh down
#
# Needs root, Go 1.26, openssl, `apt-get install runc containernetworking-plugins iptables ipset`. The first time
# takes long: it builds; what is built stays in the user's cache.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/kubernetes/build.sh
work=$PWD/.data/cluster

up() {
  [ -e "$work" ] && { echo "$work is there: one is up, or was; scripts/cluster.sh down"; exit 1; }
  build_machine
  mkdir -p "$work"
  setsid unshare --mount --net --pid --fork --kill-child --mount-proc scripts/kubernetes/machine.sh "$work" >"$work/machine.log" 2>&1 </dev/null &
  machine=$!
  echo "$machine" >"$work/pid"
  until [ "$(readlink "/proc/$machine/ns/net")" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.1; done
  ip link add sixfold type veth peer name eth0 netns "$machine"
  ip address add 10.202.0.1/30 dev sixfold
  ip link set sixfold up
  ip route add 10.201.0.0/16 via 10.202.0.2 # The Services.
  until [ -e "$work/ready" ]; do
    kill -0 "$machine" || { tail -20 "$work/machine.log"; exit 1; }
    sleep 1
  done
  echo "up: export KUBECONFIG=$work/kubeconfig"
}

load() {
  build_machine
  docker save "$@" | ctr --address "$work/containerd.sock" --namespace k8s.io images import - >/dev/null
}

# With its first process everything in its namespaces ends: containers, mounts, devices, addresses, rules.
down() {
  local pid
  pid=$(cat "$work/pid" 2>/dev/null || true)
  # After a crash or a restart the number may be a stranger's.
  if [ -n "$pid" ] && grep -qzxF "$work" "/proc/$pid/cmdline" 2>/dev/null; then kill -KILL "$pid" || true; fi
  # Its network goes when the kernel comes to it, which may be minutes later; this end of the cable goes now.
  ip link delete sixfold 2>/dev/null || true
  # Its processes are still ending.
  for _ in $(seq 100); do
    find /sys/fs/cgroup -depth -path '*/sixfold*' -type d -exec rmdir {} + 2>/dev/null && break
    sleep 0.1
  done
  rm -rf "$work"
}

case ${1:-} in
up | down) "$1" ;;
load) load "${@:2}" ;;
*) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
