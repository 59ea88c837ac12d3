#!/bin/sh
# Builds FerretDB, which speaks MongoDB's protocol on SQLite, from its Go module: sh scripts/build-ferretdb.sh /path/to/FILE
set -eu
version=v1.24.2
target=$1
# go install would look the module's newest version up and fail on its notice of deprecation: build its directory instead.
source=$(sh "$(dirname "$0")/go-module.sh" "github.com/FerretDB/FerretDB@$version")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$source" "$work/source"
chmod -R u+w "$work/source"
mkdir -p "$work/source/build/version"
printf '%s\n' "$version" >"$work/source/build/version/version.txt"
(cd "$work/source" && go build -o "$target" ./cmd/ferretdb)
echo "FerretDB $version"
