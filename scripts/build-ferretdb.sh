#!/bin/sh
# Builds FerretDB, which speaks MongoDB's protocol on SQLite, from its Go module: sh scripts/build-ferretdb.sh /path/to/FILE
set -eu
version=v1.24.2
target=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/build"
# go install would look the module's newest version up and fail on its notice of deprecation: build its directory instead.
(cd "$work/build" && go mod init build >/dev/null 2>&1 && go mod download -json "github.com/FerretDB/FerretDB@$version") >"$work/ferretdb.json"
cp -r "$(sed -n 's/^\t"Dir": "\(.*\)",$/\1/p' "$work/ferretdb.json")" "$work/source"
chmod -R u+w "$work/source"
mkdir -p "$work/source/build/version"
printf '%s\n' "$version" >"$work/source/build/version/version.txt"
(cd "$work/source" && go build -o "$target" ./cmd/ferretdb)
echo "FerretDB $version"
