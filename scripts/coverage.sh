#!/usr/bin/env bash
# Coverage of src/ by the whole test suite: coverage.sh BUILD_DIR. Prints lines of each file, and lines and
# branches of the parts that have a bar (coverage-bars.py). Fails when one is under it, or when a test fails.
# Called by `make coverage`.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1

# Counts of a former run would be added to this one's.
[ ! -d "$build" ] || find "$build" -name '*.gcda' -delete
# Every failure point of tests/failures/, instead of some that are drawn anew each time.
export SCARDSSP_TEST_ALL=${SCARDSSP_TEST_ALL:-1}
status=0
# Optimisation merges lines; without it every line counts for itself.
scripts/run-tests.sh "$build" -Db_coverage=true -Doptimization=0 || status=1
# Looked for in that directory alone: the prefix of Wine beside it leads into all of the file system.
gcovr --root . --object-directory "$build" --filter 'src/' --exclude-throw-branches --print-summary \
      --txt - --json-summary "$build/coverage.json" "$build" || status=1
scripts/coverage-bars.py "$build/coverage.json" || status=1
[ "$status" -eq 0 ] || echo "coverage.sh: a test failed or the coverage is under a bar; the table above says which file lacks tests, $build/meson-logs/testlog.txt what failed" >&2
exit "$status"
