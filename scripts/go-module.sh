#!/bin/sh
# Has Go fetch a module, and prints the directory of its source, which is read-only: sh scripts/go-module.sh PATH@VERSION
set -eu
# Not in a module's directory: it is none of its dependencies.
cd /
go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'
