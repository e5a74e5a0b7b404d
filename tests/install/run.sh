#!/usr/bin/env bash
# The install test: run.sh BUILD_DIR, which has been built. Reports in TAP. scripts/run-tests.sh calls it. Its
# parts:
#   staged.sh      what `make install DESTDIR=` lays out, file by file
#   stranger.sh    a real installation, in a namespace where nobody else sees it, and what a stranger does
#                  then
#   front_door.sh  what may come in its way: other options, owners, rights, paths. On a project of three files
# No part says where libraries are, nor looks for them: a stranger does not either.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
build=$(realpath -- "../../$1")
unset LD_LIBRARY_PATH PKG_CONFIG_PATH PKG_CONFIG_LIBDIR PREFIX DESTDIR MAKEFLAGS MAKELEVEL SCARDSSP_RM
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

part() { # NAME: a part that ends without saying what failed has failed, too
    local status=0
    "./$1.sh" "$build" > "$results/$1" || status=$?
    [ "$status" -eq 0 ] || grep -q '^not ok' "$results/$1" || echo "not ok - $1.sh ended with $status" >> "$results/$1"
}
part front_door & # has a project of its own
part staged
part stranger
wait
cat "$results"/*
echo "1..$(cat "$results"/* | grep -c -E '^(not )?ok ')"
! cat "$results"/* | grep -q '^not ok '
