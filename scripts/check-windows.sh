#!/usr/bin/env bash
# Builds for Windows and runs every test of that under Wine, 64 and 32 bits; closes with the count of cases:
#   check-windows.sh [--totals FILE]
# `make check-windows` calls it. --totals: see count-tests.py.
set -euo pipefail
cd "$(dirname "$0")/.."

logs=()
stop() {
    for bits in 64 32; do
        scripts/wine-run.sh "$bits" --stop > /dev/null 2>&1 || true
    done
}
trap stop EXIT

rm -f build-win{64,32}/meson-logs/testlog.json
if scripts/build-windows.sh; then
    for bits in 64 32; do
        scripts/wine-run.sh "$bits" --ready
        # The verdict is count-tests.py's: Meson takes a skipped cmocka case for a failure.
        meson test -C "build-win$bits" --no-rebuild --timeout-multiplier "${TEST_TIMEOUT_MULTIPLIER:-1}" || true
        logs+=("build-win$bits/meson-logs/testlog.json")
    done
else
    echo "check-windows.sh: the build failed, no test was run" >&2
fi
scripts/count-tests.py "$@" "${logs[@]}"
