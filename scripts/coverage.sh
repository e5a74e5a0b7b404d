#!/usr/bin/env bash
# Line coverage of src/ by the whole test suite: coverage.sh BUILD_DIR PERCENT. Fails under PERCENT, or when a
# test fails. Called by `make coverage`.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
percent=$2

# Counts of a former run would be added to this one's.
[ ! -d "$build" ] || find "$build" -name '*.gcda' -delete
status=0
# Optimisation merges lines; without it every line counts for itself.
scripts/run-tests.sh "$build" -Db_coverage=true -Doptimization=0 || status=1
# Looked for in that directory alone: the prefix of Wine beside it leads into all of the file system.
gcovr --root . --object-directory "$build" --filter 'src/' --exclude-throw-branches --print-summary \
      --fail-under-line "$percent" "$build" || status=1
[ "$status" -eq 0 ] || echo "coverage.sh: a test failed or the coverage is under $percent %; the table above says which file lacks tests, $build/meson-logs/testlog.txt what failed" >&2
exit "$status"
