#!/usr/bin/env bash
# Runs the tour `scard demo` of a built tree: demo.sh BUILD_DIR. Called by `make demo`.
# SCARDSSP_RM=system: against a PC/SC service started for the purpose, with the simulated card served to it.
set -euo pipefail
scard=$1/tools/scard/scard
if [ "${SCARDSSP_RM:-sim}" = system ]; then
    exec "$(dirname "$0")/with-pcscd.sh" --serve "$scard" -- "$scard" --rm system demo
fi
exec "$scard" --rm "${SCARDSSP_RM:-sim}" demo
