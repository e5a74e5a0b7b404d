#!/usr/bin/env bash
# Runs the fuzz targets for so many seconds each: fuzz.sh BUILD_DIR SECONDS [TARGET...]; FUZZ_JOBS of them at
# a time, one where it is not set. BUILD_DIR was set up with -Dfuzz=true. What they learn stays in
# BUILD_DIR/corpus, what they find in BUILD_DIR/found, beside the log of each; exit status 1 when they found
# something. Says who is done while it runs, and ends with what they covered: code edges, and how many inputs
# it takes to reach them. Called by `make fuzz`.  fuzz.sh --merge BUILD_DIR [TARGET...] adds to fuzz/corpus/
# what reaches code that nothing there does, as few and small inputs as do. Called by `make fuzz-merge`.
set -euo pipefail
cd "$(dirname "$0")/.."
merge=
[ "${1-}" != --merge ] || { merge=1; shift; }
build=$1
shift
seconds=0
[ -n "$merge" ] || { seconds=$1; shift; }
jobs=${FUZZ_JOBS:-1}
[[ "$jobs" =~ ^[1-9][0-9]?$ ]] || { echo "fuzz.sh: FUZZ_JOBS is a number from 1 to 99, not '$jobs'" >&2; exit 2; }

[ -d "$build/fuzz" ] || { echo "fuzz.sh: nothing is built in $build: 'make fuzz' does that" >&2; exit 2; }
targets=("$@")
if [ "${#targets[@]}" -eq 0 ]; then
    mapfile -t targets < <(cd fuzz && printf '%s\n' fuzz_*.c | sed 's/^fuzz_\(.*\)\.c$/\1/')
fi
for target in "${targets[@]}"; do
    [ -x "$build/fuzz/fuzz_$target" ] || { echo "fuzz.sh: $build has no target '$target'" >&2; exit 2; }
done
mkdir -p "$build/found"
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
status=0

# Inputs of so many bytes and more stay in the build: the corpus of the tree is for reading, too. What counts
# is code that is reached, not how often, by as few inputs as do.
least=48
if [ -n "$merge" ]; then
    for target in "${targets[@]}"; do
        [ -d "$build/corpus/$target" ] || continue
        small=$(mktemp -d)
        find "$build/corpus/$target" -type f -size "-${least}c" -exec cp -t "$small" {} +
        before=$(find "fuzz/corpus/$target" -type f | wc -l)
        "$build/fuzz/fuzz_$target" -set_cover_merge=1 -use_counters=0 "fuzz/corpus/$target" "$small" > "$build/found/$target.merge" 2>&1 || {
            echo "fuzz.sh: $target: the merge failed; $build/found/$target.merge says why" >&2
            status=1
        }
        rm -rf "$small"
        printf '%-14s %4d inputs, %4d of them new\n' "$target" "$(find "fuzz/corpus/$target" -type f | wc -l)" \
            $(($(find "fuzz/corpus/$target" -type f | wc -l) - before))
    done
    exit "$status"
fi

# An input that took longer than libFuzzer's limit, perhaps since others had the processor: judged by what it
# costs alone. Fails when it takes as much time of the processor, or does not come back.
limit=20
is_slow_by_itself() {
    ! (ulimit -t "$limit"; exec timeout $((limit * 15)) "$build/fuzz/fuzz_$1" -timeout=0 "$2") > "$2.alone" 2>&1
}

# Goes on where an input was late by the machine's fault alone, until the time is over.
# Inputs stay small: what a parser gets wrong it gets wrong in a few hundred bytes, and faster.
hunt() {
    local target=$1 log=$2 until=$((SECONDS + seconds)) late
    rm -f "$build/found/$target"-timeout-*
    while true; do
        "$build/fuzz/fuzz_$target" -max_total_time=$((until > SECONDS ? until - SECONDS : 1)) -max_len=4096 \
            -timeout="$limit" -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$build/found/$target-" \
            "$build/corpus/$target" "fuzz/corpus/$target" >> "$log" 2>&1 &
        ! wait "$!" || return 0
        late=$(find "$build/found" -name "$target-timeout-*" -print -quit)
        [ -n "$late" ] && ! is_slow_by_itself "$target" "$late" || return 1
        rm -f "$late"*
        [ "$SECONDS" -lt "$until" ] || return 0
    done
}

# A row of the table. What is counted stands in libFuzzer's last lines: cov: 812 ft: 2101 corp: 200/31Kb
number_in() {
    grep -a -o "$1: *[0-9]*" "$2" | tail -n 1 | grep -o '[0-9]*$' || echo '?'
}
run() {
    local target=$1 log=$build/found/$1.log verdict=ok executions
    trap 'kill "$!" 2> /dev/null; exit 143' TERM
    mkdir -p "$build/corpus/$target"
    : > "$log"
    hunt "$target" "$log" || verdict=FOUND
    executions=$(grep -a -o 'stat::number_of_executed_units: *[0-9]*' "$log" | awk '{ sum += $2 } END { print sum + 0 }')
    {
        printf '%-14s %-6s %12s %10s %8s %8s\n' "$target" "$verdict" "$executions" "$((executions / (seconds > 0 ? seconds : 1)))" \
            "$(number_in cov "$log")" "$(number_in corp "$log")"
        [ "$verdict" = ok ] || grep -a -m 5 -E 'does not hold|ERROR|runtime error|Test unit written' "$log" || tail -n 5 "$log"
    } > "$build/found/$target.row"
    echo "fuzz.sh: $target: $verdict, $executions executions" >&2
    [ "$verdict" = ok ]
}

trap 'jobs -p | xargs -r kill 2> /dev/null || true' EXIT
trap 'exit 130' INT TERM
running=0
for target in "${targets[@]}"; do
    if [ "$running" -ge "$jobs" ]; then
        wait -n || status=1
        running=$((running - 1))
    fi
    run "$target" &
    running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
    wait -n || status=1
    running=$((running - 1))
done

printf '%-14s %-6s %12s %10s %8s %8s\n' target result executions 'a second' edges inputs
rows=("${targets[@]/#/$build/found/}")
cat "${rows[@]/%/.row}"
awk -v targets="${#targets[@]}" '$2 ~ /^(ok|FOUND)$/ { sum += $3 }
    END { printf "%-14s %-6s %12d\n", targets " targets", "", sum }' "${rows[@]/%/.row}"
exit "$status"
