#!/usr/bin/env bash
# Checks what libscardssp exports: check/exports.sh LIBRARY. Every symbol bears our prefix and stands in a
# public header, and every function that objbase.h maps to a prefixed name is there. Prints offenders, exit
# status 1. check/lint.sh and the install test call it.
set -euo pipefail
cd "$(dirname "$0")/../.."
library=$1
headers=(include/scardssp/*.h)

# Type A is the version node itself.
exported=$(nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u)
[ -n "$exported" ] || { echo "$library exports nothing"; exit 1; }
unversioned=$(nm -D --defined-only "$library" | awk '$2 != "A" && $3 !~ /@@SCARDSSP_/ { print $3 }')
status=0
complain() { # TEXT NAMES...
    local text=$1
    shift
    [ $# -eq 0 ] || { printf "$text: %s\n" "$@"; status=1; }
}
complain 'exported without the version of the library' $unversioned
for symbol in $exported; do
    case $symbol in
        scardssp_*) grep -q -w "$symbol" "${headers[@]}" || complain 'exported, but in no public header' "$symbol" ;;
        *) complain 'exported without our prefix' "$symbol" ;;
    esac
done
for symbol in $(sed -n 's/^#define [A-Za-z0-9]* \(scardssp_[A-Za-z0-9]*\)$/\1/p' "${headers[@]}" | sort -u); do
    grep -q -x "$symbol" <<< "$exported" || complain 'in a public header, but not exported' "$symbol"
done
exit "$status"
