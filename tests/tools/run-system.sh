#!/usr/bin/env bash
# Runs one of the scripts that test programs on a real PC/SC service of its own, with the demo card in its
# first reader:
#   run-system.sh WITH_PCSCD SCARD SCRIPT PROGRAM [ARGUMENT...]
# SCARD serves the card; the script is called as SCRIPT PROGRAM system ARGUMENT...
# Skipped, aloud, where the service cannot be started.
set -u
with_pcscd=$1 scard=$2 script=$3 program=$4
shift 4
said=$(mktemp)
trap 'rm -f "$said"' EXIT
"$with_pcscd" --serve "$scard" -- bash "$script" "$program" system "$@" 2> "$said"
code=$?
if [ $code -eq 99 ]; then
    echo "1..0 # SKIP $(head -n 1 "$said")"
    exit 0
fi
cat "$said" >&2
exit $code
