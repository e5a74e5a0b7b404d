#!/usr/bin/env bash
# Scripts in VBScript and JScript through the cscript of Wine, after registration by regsvr32: what they print, line by line,
# is compared with what stands in the file of the same name (.txt; one for both languages): run.sh 64|32 DLL. Prints TAP.
set -uo pipefail
bits=$1 dll=$(realpath "$2")
cd "$(dirname "$0")" || exit 1
project=$(cd ../../.. && pwd)
export SCARDSSP_RM=sim:$PWD/readers.json LC_ALL=C
scratch=$(mktemp -d)
number=0 failures=0

wine() {
    "$project/scripts/wine-run.sh" "$bits" "$@" < /dev/null
}

# A path as Windows has it: what begins with a slash is an option there.
windows_path() {
    local path="Z:$1"
    printf '%s' "${path//\//\\}"
}

# One line of TAP: it has failed if there is anything in $scratch/why.
verdict() {
    number=$((number + 1))
    if [ ! -s "$scratch/why" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        failures=$((failures + 1))
        sed 's/^/# /' "$scratch/why"
    fi
    : > "$scratch/why"
}

finish() {
    [ -z "${registered-}" ] || wine regsvr32 /s /u "$(windows_path "$dll")" > /dev/null 2>&1
    rm -rf "$scratch"
}
trap finish EXIT

run() { # SCRIPT: what it prints, in lines of Unix, to $scratch/got
    wine cscript.exe //nologo "$(windows_path "$PWD/$1")" 2> "$scratch/err" | tr -d '\r' > "$scratch/got"
}

compare() { # SCRIPT EXPECTED: a case for each line that is expected, one more for what is printed after them
    local line got
    run "$1"
    exec 3< "$scratch/got"
    while IFS= read -r line; do
        got='(nothing)'
        IFS= read -r got <&3 || true
        [ "$line" = "$got" ] || printf 'expected: %s\nprinted:  %s\n' "$line" "$got" > "$scratch/why"
        verdict "$1 - ${line%%:*}"
    done < "$2"
    cat <&3 > "$scratch/why"
    cat "$scratch/err" >> "$scratch/why"
    verdict "$1 - nothing else"
    exec 3<&-
}

registered=yes
wine regsvr32 /s "$(windows_path "$dll")" > "$scratch/why" 2>&1 && : > "$scratch/why" || echo failed >> "$scratch/why"
verdict 'regsvr32'
for script in *.vbs *.js; do
    compare "$script" "${script%.*}.txt"
done
wine regsvr32 /s /u "$(windows_path "$dll")" > "$scratch/why" 2>&1 && : > "$scratch/why" || echo failed >> "$scratch/why"
registered=
verdict 'regsvr32 /u'
echo "1..$number"
[ "$failures" -eq 0 ]
