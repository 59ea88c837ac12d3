# Read by other scripts: etcd, Kubernetes' API server and its controllers. Nothing here is a secret from this machine's users.

# start PROGRAM ARGUMENT...: in the background; what it says is in $work/PROGRAM.log.
started=()
start() {
  "$@" >"$work/$1.log" 2>&1 &
  started+=($!)
}

free_port() { node -e 'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port); this.close() })'; }

# start_control_plane ADDRESS PORT: all that it keeps is in $work, where a kubeconfig is left that may do everything.
start_control_plane() {
  local address=$1 port=$2 client peer token
  client=http://127.0.0.1:$(free_port)
  peer=http://127.0.0.1:$(free_port)
  start etcd --data-dir "$work/etcd" --listen-client-urls "$client" --advertise-client-urls "$client" --unsafe-no-fsync \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer" --log-level error
  openssl genrsa -out "$work/accounts.key" 2048 2>/dev/null
  # With this the API server tells servers behind it, such as the metrics server, on whose behalf it asks.
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/proxy.key" -out "$work/proxy.crt" -subj /CN=front-proxy -days 30 2>/dev/null
  token=$(openssl rand -hex 16)
  echo "$token,admin,1,system:masters" >"$work/tokens.csv"
  start kube-apiserver --etcd-servers "$client" --bind-address "$address" --secure-port "$port" \
    --cert-dir "$work/certificates" --service-account-key-file "$work/accounts.key" --service-account-signing-key-file "$work/accounts.key" \
    --service-account-issuer https://kubernetes.default.svc --token-auth-file "$work/tokens.csv" --authorization-mode RBAC \
    --proxy-client-cert-file "$work/proxy.crt" --proxy-client-key-file "$work/proxy.key" --requestheader-client-ca-file "$work/proxy.crt" \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- --service-cluster-ip-range 10.201.0.0/16 \
    --kubelet-preferred-address-types InternalIP
  export KUBECONFIG=$work/kubeconfig
  cat >"$KUBECONFIG" <<END
apiVersion: v1
kind: Config
clusters: [{ name: here, cluster: { server: "https://$address:$port", insecure-skip-tls-verify: true } }]
users: [{ name: admin, user: { token: $token } }]
contexts: [{ name: here, context: { cluster: here, user: admin } }]
current-context: here
END
  for _ in $(seq 120); do
    if kubectl get --raw /readyz >/dev/null 2>&1; then break; fi
    sleep 0.5
  done
  kubectl get --raw /readyz >/dev/null || { tail -20 "$work/kube-apiserver.log"; return 1; }
  start kube-controller-manager --kubeconfig "$KUBECONFIG" --service-account-private-key-file "$work/accounts.key" \
    --root-ca-file "$work/certificates/apiserver.crt" --leader-elect=false --secure-port 0
}
