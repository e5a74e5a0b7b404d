#!/usr/bin/env bash
# The tests of failures and threads at length, in a build directory of `make check` or `make sanitize`:
#   stress.sh BUILD_DIR [SEED] [SECONDS]
# Every failure point of every call (tests/failures/), thousands of random histories (tests/slots/), SECONDS
# of threads in each world, waits of ten seconds and what they cost. Ends with the numbers. SEED repeats a
# run; one is drawn and told otherwise. `make stress` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
seed=${2:-$((RANDOM * 32768 + RANDOM + 1))}
seconds=${3:-60}
echo "stress.sh: seed $seed, $seconds seconds"
export SCARDSSP_TEST_ALL=$seed SCARDSSP_TEST_SECONDS=$seconds

[ -f "$build/build.ninja" ] || meson setup "$build" -Dwerror=true
ninja -C "$build"
status=0
# One after the other: each has the machine for itself.
meson test -C "$build" --no-rebuild --num-processes 1 --timeout-multiplier $((20 + seconds)) \
    --suite failures --suite histories --suite stress --suite waits || status=$?
awk '/^# .* failure points, / { points += $2; calls += $5 }
     /^# .* histories with / { histories += $3; made += $6 }
     /^# .* calls of .* threads/ { print substr($0, 3) }
     /^# .*: .* (cancelled: it ends after|costs) / { print substr($0, 3) }
     END { printf "%d failure points in %d failed calls; %d histories of %d calls\n", points, calls, histories, made }' \
    "$build/meson-logs/testlog.txt"
exit "$status"
