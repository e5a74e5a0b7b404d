#!/usr/bin/env bash
# Every test on Linux under sanitizers: sanitize.sh address,undefined|thread [ARGUMENT of run-tests.sh...]
# Those of the objects under valgrind: sanitize.sh valgrind
# `make sanitize` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=$1
shift
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# Children made by fork() start threads in tests of just that. What is not reported is not ours. A process
# that takes a second to end, as it otherwise does, finds its card switched off by pcscd the next time.
export TSAN_OPTIONS="suppressions=$PWD/scripts/sanitize-thread.txt second_deadlock_stack=1 die_after_fork=0 \
allocator_may_return_null=1 atexit_sleep_ms=20"
case $kind in
    address,undefined) build=build-sanitize multiplier=10 ;;
    thread) build=build-sanitize-thread multiplier=20 ;;
    valgrind) exec scripts/valgrind.sh build-check "$@" ;;
    *) echo "sanitize.sh: no sanitizers '$kind' (address,undefined, thread or valgrind)" >&2; exit 2 ;;
esac
export TEST_TIMEOUT_MULTIPLIER=${TEST_TIMEOUT_MULTIPLIER:-$multiplier}
exec scripts/run-tests.sh "$@" "$build" -Db_sanitize="$kind"
