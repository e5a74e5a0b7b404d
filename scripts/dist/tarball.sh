#!/usr/bin/env bash
# Packs the sources as they lie in the tree: dist/tarball.sh FOLDER, prints the archive's path. `make dist`
# and whatever builds packages call it. The same sources give the same bytes: order, owners, modes and times
# are fixed; the time is SOURCE_DATE_EPOCH or that of the last commit.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mkdir -p "$1" && cd "$1" && pwd)
version=$(sed -n "s/^  version : '\(.*\)',/\1/p" meson.build)
name=scardssp-$version
time=$(scripts/dist/date.sh)
# Complete, or not there.
trap 'rm -f "$folder/$name.tar.xz.new"' EXIT
scripts/check/sources.py | LC_ALL=C sort |
    tar --create --no-recursion --format=gnu --files-from=- --transform="s|^|$name/|S" \
        --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' --mtime="@$time" |
    xz -6 --threads=1 > "$folder/$name.tar.xz.new"
mv -f "$folder/$name.tar.xz.new" "$folder/$name.tar.xz"
echo "$folder/$name.tar.xz"
