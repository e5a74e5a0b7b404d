#!/usr/bin/env bash
# Runs the fuzz targets one after the other, for so many seconds each: fuzz.sh BUILD_DIR SECONDS [TARGET...]
# BUILD_DIR was set up with -Dfuzz=true. What they learn stays in BUILD_DIR/corpus, what they find in
# BUILD_DIR/found; exit status 1 when they found something. Called by `make fuzz`.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
seconds=$2
shift 2

[ -d "$build/fuzz" ] || { echo "fuzz.sh: nothing is built in $build: 'make fuzz' does that" >&2; exit 2; }
targets=("$@")
if [ "${#targets[@]}" -eq 0 ]; then
    mapfile -t targets < <(cd fuzz && printf '%s\n' fuzz_*.c | sed 's/^fuzz_\(.*\)\.c$/\1/')
fi
mkdir -p "$build/found"
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
status=0
for target in "${targets[@]}"; do
    learned=$build/corpus/$target
    log=$build/found/$target.log
    mkdir -p "$learned"
    # Inputs stay small: what a parser gets wrong it gets wrong in a few hundred bytes, and faster.
    if "$build/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=2048 \
            -print_final_stats=1 -artifact_prefix="$build/found/$target-" "$learned" "fuzz/corpus/$target" > "$log" 2>&1; then
        verdict=ok
    else
        verdict=FOUND
        status=1
    fi
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-12s %-6s %10s executions\n' "$target" "$verdict" "${executions:-?}"
    [ "$verdict" = ok ] || grep -m 5 -E 'does not hold|ERROR|runtime error|Test unit written' "$log" || tail -n 5 "$log"
done
exit "$status"
