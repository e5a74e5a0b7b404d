#!/usr/bin/env bash
# Tries the archive of the sources by itself: dist/check.sh ARCHIVE. It is unpacked in an empty folder, where
# there is no git and nothing of this tree; built, installed into a stage, asked for the guided tour; what it
# installs is what the packages take; and the archive it makes of itself has the same bytes. `make dist` calls
# it.
set -euo pipefail
archive=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
tar -xf "$archive"
cd scardssp-*/

# Nothing of the caller's environment but who compiles and where to look for programs.
alone() {
    env -i PATH="$PATH" HOME="$scratch" LC_ALL=C.UTF-8 GIT_CEILING_DIRECTORIES="$scratch" ${CC:+"CC=$CC"} ${CXX:+"CXX=$CXX"} "$@"
}
step() { # SHOWN COMMAND...
    local shown=$1
    shift
    if alone "$@" > "$scratch/said" 2>&1 < /dev/null; then
        echo "ok: $shown"
    else
        tail -n 25 "$scratch/said" >&2
        echo "dist/check.sh: failed: $shown" >&2
        exit 1
    fi
}
step 'it builds' make build
step 'it is installed' make install PREFIX=/usr DESTDIR="$scratch/stage"
library=$(dirname "$(find "$scratch/stage" -name libscardssp.so.0)")
step 'the tool gives its tour' SCARDSSP_RM=sim LD_LIBRARY_PATH="$library" "$scratch/stage/usr/bin/scard" demo
step 'the packages know what it installs' scripts/check/packages.py build
step 'it packs itself' scripts/dist/tarball.sh "$scratch/again"
step 'and that is the same archive' cmp "$archive" "$scratch/again/${archive##*/}"
