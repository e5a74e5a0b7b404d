#!/usr/bin/env bash
# Builds everything that is released from sources twice, and compares the bytes: dist/reproducible.sh. `make
# reproducible` calls it. The archive of the sources, the Debian packages and the wheel are made from two
# copies of the tree: in other folders, with other times of the files, in another time zone
# and language, under another umask, with another number of processes. What differs is named, exit status 1.
# Needs no diffoscope, and no network.
set -euo pipefail
cd "$(dirname "$0")/../.."
SOURCE_DATE_EPOCH=$(scripts/dist/date.sh)
export SOURCE_DATE_EPOCH
# A compiler's cache would give the first result twice.
export CCACHE_DISABLE=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

round() { # FOLDER UMASK ZONE LANGUAGE PROCESSES TOUCHED
    local tree=$scratch/$1/tree out=$scratch/out/${1##*/}
    mkdir -p "$tree" "$out"
    scripts/check/sources.py | tar -c --files-from=- | tar -x -C "$tree"
    find "$tree" -type f -exec touch -d "$6" {} +
    (
        umask "$2"
        export TZ=$3 LC_ALL=$4 HOME=$scratch/$1 DEB_BUILD_OPTIONS="nocheck parallel=$5"
        cd "$tree"
        scripts/dist/tarball.sh "$out"
        scripts/packages/deb.sh "$out"
        scripts/wheel.sh "$out"
    ) > "$scratch/log" 2>&1 || { tail -n 25 "$scratch/log" >&2; echo "dist/reproducible.sh: a build failed" >&2; exit 1; }
    rm -rf "${scratch:?}/$1"
}
round first 022 UTC C.UTF-8 "$(nproc)" 2020-01-01
round a/much/longer/path/second 077 Pacific/Kiritimati C 1 2024-06-15

scripts/dist/same.sh "$scratch/out/first" "$scratch/out/second"
