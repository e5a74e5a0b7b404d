# Cases in TAP, for scripts that test something: counts them, and says why one has failed. Sourced by what the
# scripts of a folder have in common (tap.sh there), or by a script alone.
# shellcheck shell=bash
number=0 failures=0
numbered=yes # empty: without numbers, where somebody else puts several scripts' cases together

# One line for a case of this name, which has failed if WHY says anything. The status says whether it passed.
tap_case() { # NAME WHY
    local passed=ok
    [ -z "$2" ] || passed='not ok'
    number=$((number + 1))
    echo "$passed${numbered:+ $number} - $1"
    [ -n "$2" ] || return 0
    failures=$((failures + 1))
    sed 's/^/# /' <<< "$2"
    return 1
}

# A case that passes when the command does; it runs in a shell of its own.
tap_check() { # NAME COMMAND...
    local name=$1 why code=0
    shift
    why=$("$@" 2>&1) || code=$?
    if [ "$code" -eq 0 ]; then
        why=
    elif [ -z "$why" ]; then
        why="failed with exit status $code: $*"
    fi
    tap_case "$name" "$why" || true
}

tap_skip() { # NAME REASON
    number=$((number + 1))
    echo "ok${numbered:+ $number} - $1 # SKIP $2"
}

# The plan, at the end; the status says whether all passed.
tap_plan() {
    echo "1..$number"
    [ "$failures" -eq 0 ]
}
