# A second run, with nothing beside it, for test programs that failed. Sourced by run-tests.sh.
# shellcheck shell=bash

# A machine that is busy for a moment can fail a test that waits for another process, and thousands of them
# run at once: what fails then and passes alone is told (UNSTEADY, count-tests.py) but does not refuse a whole
# run. Where many fail something is wrong, and all stay failed.
ALONE_MOST=6

# alone BUILD MULTIPLIER: runs the programs that failed in BUILD once more, one after the other.
alone() {
    local build=$1 multiplier=$2 failed
    [ -f "$build/meson-logs/testlog.json" ] || return 0
    mapfile -t failed < <(scripts/count-tests.py --failed "$build/meson-logs/testlog.json")
    [ "${#failed[@]}" -gt 0 ] && [ "${#failed[@]}" -le "$ALONE_MOST" ] || return 0
    meson test -C "$build" --no-rebuild --num-processes 1 --logbase testlog-alone \
          --timeout-multiplier "${TEST_TIMEOUT_MULTIPLIER:-$multiplier}" "${failed[@]}" || true
}
