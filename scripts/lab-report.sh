#!/bin/sh
# The reports that docs/ shows: every operation, each with the ways that can carry it. About fifteen minutes on a machine that does
# nothing else; on the servers that DSN, RABBIT_URL, MONGO_URL and LAB_NATS_URL name.   sh scripts/lab-report.sh [docs]
set -eu
target=${1:-docs}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

report() {
  name=$1
  shift
  npm run --silent lab -- --own --rounds 6 --duration 200 --first-warm-up 3000 --warm-up 100 --out "$work/$name" "$@"
  for kind in json html; do cp "$work/$name"/*."$kind" "$target/$name.$kind"; done
}

report lab-report --protocol rest,json-rpc,grpc,grpc-stream,amqp,amqp-publish,mesh \
  --payload 64,1k,16k,256k --concurrency 1,10,50,200
report lab-report-mesh --protocol mesh,mesh-tcp,mesh-nats,mesh-msgpack --payload 64,16k --concurrency 1,50
report lab-report-write --operation logger.write --protocol rest,json-rpc,grpc,grpc-stream,amqp,amqp-publish,mesh \
  --payload 1k --concurrency 1,10,50,200
# A page and a login take a processor's milliseconds: at half of their rate the calls that a p99 takes would last minutes.
report lab-report-list --operation logger.list --protocol rest,json-rpc,grpc,amqp,mesh --concurrency 1,10,50 \
  --arrival closed
# More than ten at once at one account are refused: they could be guesses.
report lab-report-auth --operation auth.authenticate --protocol rest,json-rpc,grpc,amqp,mesh --concurrency 1,4,8 \
  --arrival closed --duration 800
