#!/usr/bin/env bash
# Scripts in VBScript and JScript through the cscript of Wine, after registration by regsvr32: what they
# print, line by line, is compared with what stands in the file of the same name (.txt; one for both
# languages): run.sh 64|32 DLL. Prints TAP.
set -uo pipefail
bits=$1 dll=$(realpath "$2")
cd "$(dirname "$0")" || exit 1
. ../tap.sh
export SCARDSSP_RM=sim:$PWD/readers.json LC_ALL=C

unregister() {
    [ -z "${registered-}" ] || wine regsvr32 /s /u "$(windows_path "$dll")" > /dev/null 2>&1
    clean_up
}
trap unregister EXIT

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
check 'regsvr32' wine regsvr32 /s "$(windows_path "$dll")"
for script in *.vbs *.js; do
    compare "$script" "${script%.*}.txt"
done
check 'regsvr32 /u' wine regsvr32 /s /u "$(windows_path "$dll")"
registered=
finish
