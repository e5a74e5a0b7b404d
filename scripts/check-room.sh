#!/usr/bin/env bash
# Checks one room: check-room.sh BUILD_DIR ROOM [MESON_OPTION...]. `make check ROOM=slots` calls it. Builds
# the room's tests and what they need, runs them, and takes the quick ones of the source checks. Rooms are
# the suites of the tests: those of src/, of tools/, and a few more.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1 room=$2
shift 2
[ -f "$build/build.ninja" ] || meson setup "$build" "$@"
rooms=$(meson introspect --tests "$build" | python3 -c '
import json, sys
print("\n".join(sorted({suite.split(":")[-1] for test in json.load(sys.stdin) for suite in test["suite"]})))')
if ! grep -q -x -F -- "$room" <<< "$rooms"; then
    printf "make check: there is no room '%s'. There are:\n" "$room" >&2
    tr '\n' ' ' <<< "$rooms" | fold -s -w 76 | sed 's/^/  /' >&2
    echo >&2
    exit 2
fi

# Nothing of a former run may be counted; as in run-tests.sh, the verdict is count-tests.py's.
logs=$build/meson-logs
rm -f "$logs"/testlog.json "$logs"/room.tap
export MESON_TESTTHREADS=${MESON_TESTTHREADS:-$((3 * $(nproc)))}
meson test -C "$build" --suite "$room" --timeout-multiplier "${TEST_TIMEOUT_MULTIPLIER:-4}" --quiet || true
[ -f "$logs/testlog.json" ] || { echo "make check: the build failed, no test was run; the compiler says above why" >&2; exit 1; }

number=0
for check in layers.py comments.py size.py width.py words.sh; do
    number=$((number + 1))
    if said=$("scripts/check/$check" 2>&1); then
        echo "ok $number - $check"
    else
        echo "not ok $number - $check"
        sed 's|^|# |' <<< "$said"
    fi
done > "$logs/room.tap"
echo "1..$number" >> "$logs/room.tap"
scripts/count-tests.py "$logs/testlog.json" "$logs/room.tap"
