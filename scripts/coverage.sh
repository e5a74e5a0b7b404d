#!/usr/bin/env bash
# Coverage of src/ by the whole test suite: coverage.sh BUILD_DIR. Prints lines of each file, and lines and
# branches of the parts that have a bar (coverage-bars.py). Fails when one is under it, or when a test fails.
# Called by `make coverage`.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1

# Counts of a former run would be added to this one's.
[ ! -d "$build" ] || find "$build" -name '*.gcda' -delete
status=0
# Optimisation merges lines; without it every line counts for itself.
scripts/run-tests.sh "$build" -Db_coverage=true -Doptimization=0 || status=1
# Every failure point of the port's calls, instead of some that are drawn anew each time: what is reached must
# not depend on the draw.
SCARDSSP_TEST_ALL=1 meson test -C "$build" --no-rebuild --logbase testlog-all --timeout-multiplier 4 \
    port_pcscd port_vpcd port_sim || status=1
# Looked for in that directory alone: the prefix of Wine beside it leads into all of the file system.
gcovr --root . --object-directory "$build" --filter 'src/' --exclude-throw-branches --print-summary \
      --txt - --json-summary "$build/coverage.json" "$build" || status=1
scripts/coverage-bars.py "$build/coverage.json" || status=1
[ "$status" -eq 0 ] || echo "coverage.sh: a test failed or the coverage is under a bar; the table above says which file lacks tests, $build/meson-logs/testlog.txt what failed" >&2
exit "$status"
