#!/usr/bin/env bash
# Builds into a directory of its own, runs every test there and closes with the count of cases:
#   run-tests.sh [--lint] [--windows] [--totals FILE] BUILD_DIR [MESON_OPTION...]
# --lint adds the checks of scripts/check/lint.sh and the install test; --windows the tests of the Windows
# builds, which have directories of their own (windows/tests.sh) and run beside the others: what they print is
# shown when they have ended. --totals: see count-tests.py.
# `make check`, `make sanitize` and `make coverage` are this with different options.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/parts.sh
. scripts/alone.sh

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
export PARTS=$build/parts.txt

# Nothing of a former run may be counted.
rm -f "$logs"/testlog{,-alone}.json "$logs"/*.tap "$PARTS"
counted=("$logs/testlog.json")

# A process group of their own, which an interrupt of this script ends: what it starts does not notice one.
start_windows() {
    set -m
    scripts/windows/tests.sh > "$logs/windows.txt" 2>&1 < /dev/null &
    windows_tests=$!
    set +m
    trap 'kill -- "-$windows_tests" 2> /dev/null || true' EXIT
}

end_windows() {
    echo 'The Windows builds and their tests go on.'
    wait "$windows_tests" || true
    trap - EXIT
    cat "$logs/windows.txt"
}

if [ ! -f "$build/build.ninja" ]; then
    meson setup "$build" "$@"
fi
[ -z "$windows" ] || start_windows
if part 'build' ninja -C "$build"; then
    # Most tests wait more than they compute: three for each processor. The verdict is count-tests.py's: Meson
    # takes a skipped cmocka case for a failure. A limit is for what hangs, also on a machine that has other
    # things to do.
    export MESON_TESTTHREADS=${MESON_TESTTHREADS:-$((3 * $(nproc)))}
    part 'tests' meson test -C "$build" --no-rebuild --timeout-multiplier "${TEST_TIMEOUT_MULTIPLIER:-4}" || true
    if [ -n "$lint" ]; then
        part 'install test' tests/install/run.sh "$build" > "$logs/install.tap" || true
        counted+=("$logs/install.tap")
    fi
else
    echo "run-tests.sh: the build failed, no test was run; the compiler says above why" >&2
fi
if [ -n "$lint" ]; then
    part 'checks of the sources' scripts/check/lint.sh "$build" > "$logs/lint.tap" || true
    counted+=("$logs/lint.tap")
    grep '^# not here' "$logs/lint.tap" || true
fi
if [ -n "$windows" ]; then
    end_windows
    for bits in 64 32; do
        counted+=("win$bits=build-win$bits/meson-logs/testlog.json")
    done
fi
part 'tests, alone' alone "$build" 4
printf '%s\t\tin all, some at once\n' "$SECONDS" >> "$PARTS"
scripts/count-tests.py --parts "$PARTS" "${totals[@]}" "${counted[@]}"
