#!/usr/bin/env bash
# Builds into a directory of its own, runs every test there and closes with the count of cases:
#   run-tests.sh [--lint] [--windows] [--totals FILE] BUILD_DIR [MESON_OPTION...]
# --lint adds the checks of scripts/lint.sh and the install test; --windows the tests of the Windows builds, which have
# directories of their own (windows-tests.sh). --totals: see count-tests.py.
# `make check`, `make sanitize` and `make coverage` are this with different options.
set -euo pipefail
cd "$(dirname "$0")/.."

lint= windows=
totals=()
while [ $# -gt 0 ]; do
    case $1 in
        --lint) lint=1; shift ;;
        --windows) windows=1; shift ;;
        --totals) totals=(--totals "$2"); shift 2 ;;
        *) break ;;
    esac
done
build=$1
shift
logs=$build/meson-logs

# Nothing of a former run may be counted.
rm -f "$logs"/testlog.json "$logs"/*.tap
counted=("$logs/testlog.json")

if [ ! -f "$build/build.ninja" ]; then
    meson setup "$build" "$@"
fi
if ninja -C "$build"; then
    # The verdict is count-tests.py's: Meson takes a skipped cmocka case for a failure.
    meson test -C "$build" --no-rebuild --timeout-multiplier "${TEST_TIMEOUT_MULTIPLIER:-1}" || true
    if [ -n "$lint" ]; then
        tests/install/run.sh "$build" > "$logs/install.tap" || true
        counted+=("$logs/install.tap")
    fi
else
    echo "run-tests.sh: the build failed, no test was run" >&2
fi
if [ -n "$lint" ]; then
    scripts/lint.sh "$build" > "$logs/lint.tap" || true
    counted+=("$logs/lint.tap")
    grep '^# not here' "$logs/lint.tap" || true
fi
if [ -n "$windows" ]; then
    scripts/windows-tests.sh || true
    for bits in 64 32; do
        counted+=("win$bits=build-win$bits/meson-logs/testlog.json")
    done
fi
scripts/count-tests.py "${totals[@]}" "${counted[@]}"
