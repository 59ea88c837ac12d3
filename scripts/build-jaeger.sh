#!/bin/sh
# Builds Jaeger, without the pages that its module lacks, from its Go module: sh scripts/build-jaeger.sh /path/to/FILE
# Minutes, the first time.
set -eu
# Jaeger 2.10.0, as docker-compose.yml has it.
version=v1.73.0
target=$1
# go install refuses a module that replaces others: build its directory instead.
source=$(sh "$(dirname "$0")/go-module.sh" "github.com/jaegertracing/jaeger@$version")
(cd "$source" && go build -trimpath -ldflags="-s -w -X github.com/jaegertracing/jaeger/internal/version.latestVersion=v2.10.0" -o "$target" ./cmd/jaeger)
echo "Jaeger v2.10.0"
