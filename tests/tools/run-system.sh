#!/usr/bin/env bash
# Runs one of the scripts that test the tool on a real PC/SC service of its own, with the demo card in its first reader:
#   run-system.sh WITH_PCSCD SCRIPT SCARD [ARGUMENT...]
# Skipped, aloud, where the service cannot be started.
set -u
with_pcscd=$1 script=$2 scard=$3
shift 3
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
"$with_pcscd" --serve "$scard" -- bash "$script" "$scard" system "$@" 2> "$plan"
code=$?
if [ $code -eq 99 ]; then
    echo "1..0 # SKIP $(head -n 1 "$plan")"
    exit 0
fi
cat "$plan" >&2
exit $code
