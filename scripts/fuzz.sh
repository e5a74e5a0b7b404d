#!/usr/bin/env bash
# Runs the fuzz targets one after the other, for so many seconds each: fuzz.sh BUILD_DIR SECONDS [TARGET...]
# BUILD_DIR was set up with -Dfuzz=true. What they learn stays in BUILD_DIR/corpus, what they find in
# BUILD_DIR/found; exit status 1 when they found something. Ends with what they covered: code edges, and how
# many inputs it takes to reach them. Called by `make fuzz`.  fuzz.sh --merge BUILD_DIR [TARGET...] adds to
# fuzz/corpus/ what reaches code that nothing there does, the smallest input for it each time. Called by
# `make fuzz-merge`.
set -euo pipefail
cd "$(dirname "$0")/.."
merge=
[ "${1-}" != --merge ] || { merge=1; shift; }
build=$1
shift
seconds=0
[ -n "$merge" ] || { seconds=$1; shift; }

[ -d "$build/fuzz" ] || { echo "fuzz.sh: nothing is built in $build: 'make fuzz' does that" >&2; exit 2; }
targets=("$@")
if [ "${#targets[@]}" -eq 0 ]; then
    mapfile -t targets < <(cd fuzz && printf '%s\n' fuzz_*.c | sed 's/^fuzz_\(.*\)\.c$/\1/')
fi
mkdir -p "$build/found"
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
status=0

# Inputs of more than so many bytes stay in the build: the corpus of the tree is for reading, too.
least=300
if [ -n "$merge" ]; then
    for target in "${targets[@]}"; do
        [ -d "$build/corpus/$target" ] || continue
        small=$(mktemp -d)
        find "$build/corpus/$target" -type f -size "-${least}c" -exec cp -t "$small" {} +
        before=$(find "fuzz/corpus/$target" -type f | wc -l)
        "$build/fuzz/fuzz_$target" -merge=1 "fuzz/corpus/$target" "$small" > "$build/found/$target.merge" 2>&1 || {
            echo "fuzz.sh: $target: the merge failed; $build/found/$target.merge says why" >&2
            status=1
        }
        rm -rf "$small"
        printf '%-14s %4d inputs, %4d of them new\n' "$target" "$(find "fuzz/corpus/$target" -type f | wc -l)" \
            $(($(find "fuzz/corpus/$target" -type f | wc -l) - before))
    done
    exit "$status"
fi

# A row of the table. What is counted stands in libFuzzer's last line: cov: 812 ft: 2101 corp: 200/31Kb
number_in() {
    grep -a -o "$1: *[0-9]*" "$2" | tail -n 1 | grep -o '[0-9]*$' || echo '?'
}
printf '%-14s %-6s %12s %10s %8s %8s\n' target result executions 'a second' edges inputs
total=0
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
    executions=$(number_in 'stat::number_of_executed_units' "$log")
    [ "$executions" = '?' ] || total=$((total + executions))
    printf '%-14s %-6s %12s %10s %8s %8s\n' "$target" "$verdict" "$executions" \
        "$(number_in 'stat::average_exec_per_sec' "$log")" "$(number_in cov "$log")" "$(number_in corp "$log")"
    [ "$verdict" = ok ] || grep -a -m 5 -E 'does not hold|ERROR|runtime error|Test unit written' "$log" || tail -n 5 "$log"
done
printf '%-14s %-6s %12s\n' "${#targets[@]} targets" '' "$total"
exit "$status"
