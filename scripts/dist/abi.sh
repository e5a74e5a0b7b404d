#!/usr/bin/env bash
# Compares the ABI of a library, which has its debug information, with what the last version offered:
#   dist/abi.sh [--accept] LIBRARY REFERENCE HEADERS...
# REFERENCE is what libabigail wrote of that version, HEADERS are folders: types that stand elsewhere are
# nobody else's business. New exports are listed and allowed; anything else is shown, exit status 1. --accept
# writes REFERENCE anew. `make abi` calls it; docs/releases.md says what a change costs.
set -euo pipefail
accept=
[ "$1" != --accept ] || { accept=1; shift; }
library=$1 reference=$2
shift 2
command -v abidw > /dev/null || { echo "dist/abi.sh: libabigail is not installed (apt-get install abigail-tools)" >&2; exit 2; }
now=$(mktemp)
trap 'rm -f "$now"' EXIT

[[ $(readelf -S "$library") == *.debug_info* ]] ||
    { echo "dist/abi.sh: $library has no debug information, and libabigail nothing to read" >&2; exit 2; }
folders=()
for folder in "$@"; do
    folders+=(--headers-dir "$folder")
done
abidw "${folders[@]}" --drop-private-types --exported-interfaces-only --no-show-locs --no-corpus-path --no-comp-dir-path --no-elf-needed \
    --out-file "$now" "$library"
# Fewer functions than exports would let changes pass unseen.
[ "$(grep -c '<function-decl .*elf-symbol-id=' "$now")" -ge "$(nm -D --defined-only "$library" | grep -c ' [TW] ')" ] ||
    { echo "dist/abi.sh: libabigail does not see all functions of $library" >&2; exit 2; }
if [ -n "$accept" ]; then
    install -m 644 "$now" "$reference"
    echo "accepted: $reference"
    exit 0
fi
news=$(abidiff --no-show-locs "$reference" "$now" || true)
if abidiff --no-added-syms "$reference" "$now" > /dev/null; then
    printf '%s\n' "The ABI is that of the last version${news:+, and this is new:}" ${news:+"$news"}
else
    printf '%s\n' "$news" 'The ABI is not that of the last version: take the change back, or raise the soname (docs/releases.md).' >&2
    exit 1
fi
