# What the scripts of these tests have in common: cases in TAP, and programs under Wine. Sourced, with `bits`
# set to 64 or 32; leaves `project`, and `scratch`, a folder that goes when the script ends (a script with
# more to end calls clean_up itself). shellcheck shell=bash
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
. "$project/tests/support/kits/tap.sh"
clean_up() {
    rm -rf "$scratch"
}
trap clean_up EXIT

wine() { # PROGRAM ARG...
    "$project/scripts/windows/wine-run.sh" "$bits" "$@" < /dev/null
}

# A path as Windows has it: what begins with a slash is an option there.
windows_path() {
    local path="Z:$1"
    printf '%s' "${path//\//\\}"
}

# One line of TAP for a case of this name: it has failed if there is anything in $scratch/why.
verdict() {
    tap_case "$1" "$(cat "$scratch/why")" || true
    : > "$scratch/why"
}

check() { # WHAT COMMAND...: a case that passes when the command does
    local what=$1 code=0 stream
    shift
    "$@" > "$scratch/said" 2>&1 || code=$?
    if [ "$code" -eq 0 ]; then
        : > "$scratch/why"
    else
        {
            echo "failed with exit status $code: $*"
            cat "$scratch/said"
            for stream in out err; do # of the last program whose output a script looked at
                [ ! -s "$scratch/$stream" ] || { echo "$stream:"; head -n 60 "$scratch/$stream"; }
            done
        } > "$scratch/why"
    fi
    verdict "$what"
}

finish() { # the plan; the exit status says whether all passed
    tap_plan
}
