#!/usr/bin/env bash
# Checks what libscardssp exports: check-exports.sh LIBRARY. Every symbol bears our prefix, and the list is the
# one of src/module/scardssp.map. Prints offenders, exit status 1. lint.sh and the install test call it.
set -euo pipefail
cd "$(dirname "$0")/.."
library=$1
map=src/module/scardssp.map

# Type A is the version node itself.
exported=$(nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u)
[ -n "$exported" ] || { echo "$library exports nothing"; exit 1; }
status=0
foreign=$(grep -v '^\(scardssp_\|IID_\|CLSID_\|LIBID_\)' <<< "$exported" || true)
if [ -n "$foreign" ]; then
    printf 'exported without our prefix: %s\n' $foreign
    status=1
fi
listed=$(sed -e 's|/\*.*\*/||' "$map" | sed -n '/global:/,/local:/p' | tr -d ' \t;' | grep -v ':' | grep -v '^$' | sort -u)
if ! grep -q '[*]' <<< "$listed" && [ "$listed" != "$exported" ]; then
    echo "$map and $library differ (< map, > library):"
    diff <(echo "$listed") <(echo "$exported") || true
    status=1
fi
exit "$status"
