# How long the parts of a run take. Sourced by run-tests.sh and windows/tests.sh; the file PARTS gets a line
# for each, which count-tests.py shows.
# shellcheck shell=bash

# part NAME COMMAND...: runs it and notes its seconds: by the clock, and those of a processor that it and its
# children used.
part() {
    local name=$1 status=0 took wall user system TIMEFORMAT='%0R %0U %0S'
    shift
    { took=$({ time "$@" >&3 2>&4 3>&- 4>&-; } 2>&1) || status=$?; } 3>&1 4>&2
    read -r wall user system <<< "$took"
    [ -z "${PARTS:-}" ] || printf '%s\t%s\t%s\n' "$wall" "$((user + system))" "$name" >> "$PARTS"
    return "$status"
}
