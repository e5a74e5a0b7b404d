#!/usr/bin/env bash
# Prints the time that what is built from this tree carries: SOURCE_DATE_EPOCH, or that of the last commit,
# or, in an unpacked archive, the one that its files have. dist/tarball.sh, packages/deb.sh and
# windows/dist.sh call it.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -n "${SOURCE_DATE_EPOCH-}" ]; then
    echo "$SOURCE_DATE_EPOCH"
elif [ -e .git ]; then
    git -c safe.directory='*' log -1 --format=%ct
else
    stat -c %Y meson.build
fi
