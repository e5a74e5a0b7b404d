#!/usr/bin/env bash
# Runs the tour `scard demo` of a built tree: demo.sh BUILD_DIR. Called by `make demo`.
# SCARDSSP_RM=system: against a PC/SC service started for the purpose, with the simulated card served to it.
# Exit status: that of the tour, which says what went wrong; 99 when it could not be started, 2 when there is
# nothing to run.
set -euo pipefail
[ $# -eq 1 ] || { echo "demo.sh: which build? demo.sh BUILD_DIR; 'make demo' builds first" >&2; exit 2; }
scard=$1/tools/scard/scard
[ -x "$scard" ] || { echo "demo.sh: $scard is not built: 'make demo' does that, or 'ninja -C $1'" >&2; exit 2; }
if [ "${SCARDSSP_RM:-sim}" = system ]; then
    status=0
    "$(dirname "$0")/with-pcscd.sh" --serve "$scard" -- "$scard" --rm system demo || status=$?
    [ "$status" -ne 99 ] || echo "demo.sh: without the PC/SC service the tour is the same: make demo" >&2
    exit "$status"
fi
exec "$scard" --rm "${SCARDSSP_RM:-sim}" demo
