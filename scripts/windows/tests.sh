#!/usr/bin/env bash
# Builds for Windows and runs every test of that under Wine, 64 and 32 bits: windows/tests.sh
# What came out is in build-win64/meson-logs/testlog.json and build-win32/..., for count-tests.py: `make
# check-windows`, and run-tests.sh for `make check`.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/parts.sh
. scripts/alone.sh

stop() {
    for bits in 64 32; do
        scripts/windows/wine-run.sh "$bits" --stop > /dev/null 2>&1 || true
    done
}
trap stop EXIT

# Nothing of a former run may be counted; a log that is not there counts as a failure.
rm -f build-win{64,32}/meson-logs/testlog{,-alone}.json

# Wine waits for the network and for itself, the compilers for nothing.
for bits in 64 32; do
    part "Windows $bits, Wine" scripts/windows/wine-run.sh "$bits" --ready &
done
built=0
# The tests of the Linux build, which run beside this, come first.
part 'Windows, build of both' nice scripts/windows/build.sh || built=$?
wait
[ "$built" -eq 0 ] || exit "$built"

# Most tests wait more than they compute: both widths at once, each in a Windows of its own. The verdict is
# count-tests.py's: Meson takes a skipped cmocka case for a failure.
export MESON_TESTTHREADS=${WINDOWS_TESTTHREADS:-$((2 * $(nproc)))}
run_tests() { # BITS
    part "Windows $1, tests" meson test -C "build-win$1" --no-rebuild --timeout-multiplier "${TEST_TIMEOUT_MULTIPLIER:-10}" || true
}
run_tests 32 > build-win32/meson-logs/run.txt 2>&1 &
run_tests 64
wait
cat build-win32/meson-logs/run.txt
for bits in 64 32; do
    part "Windows $bits, alone" alone "build-win$bits" 10
done
