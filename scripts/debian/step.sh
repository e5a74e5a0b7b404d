# Sourced by what runs steps in a fresh system, with $log set: counts and shows them. shellcheck shell=bash
passed=0 failed=0 skipped=0 stopped=

# Prints a line for a step; all that was said goes to $log, and its end is shown where the step fails. After
# stopped=1 steps are skipped.
step() { # SHOWN COMMAND...
    local shown=$1 begin=$SECONDS from status=0 counts
    shift
    if [ -n "$stopped" ]; then
        skipped=$((skipped + 1))
        printf 'skipped        %s\n' "$shown"
        return
    fi
    printf '\n==== %s\n' "$shown" >> "$log"
    from=$(($(wc -l < "$log") + 1))
    "$@" >> "$log" 2>&1 < /dev/null || status=$?
    # Tests count themselves.
    counts=$(tail -n +"$from" "$log" | grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' | tail -n 1)
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
        printf 'passed %5d s %s%s\n' $((SECONDS - begin)) "$shown" "${counts:+: $counts}"
    else
        failed=$((failed + 1))
        printf 'FAILED %5d s %s%s: exit status %d\n' $((SECONDS - begin)) "$shown" "${counts:+: $counts}" "$status"
        tail -n +"$from" "$log" | tail -n 25 | sed 's/^/    | /'
    fi
}
