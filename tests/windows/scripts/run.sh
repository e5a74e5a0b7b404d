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

run() { # SCRIPT ARGUMENT...: what it prints, in lines of Unix, to $scratch/got
    local script=$1
    shift
    wine cscript.exe //nologo "$(windows_path "$PWD/$script")" "$@" 2> "$scratch/err" | tr -d '\r' > "$scratch/got"
}

# compare SCRIPT EXPECTED ARGUMENT...: a case for each line that is expected, one more for what is printed
# after them.
compare() {
    local script=$1 expected=$2 line got
    shift 2
    run "$script" "$@"
    exec 3< "$scratch/got"
    while IFS= read -r line; do
        got='(nothing)'
        IFS= read -r got <&3 || true
        [ "$line" = "$got" ] || printf 'expected: %s\nprinted:  %s\n' "$line" "$got" > "$scratch/why"
        verdict "$script - ${line%%:*}"
    done < "$expected"
    cat <&3 > "$scratch/why"
    cat "$scratch/err" >> "$scratch/why"
    verdict "$script - nothing else"
    exec 3<&-
}

registered=yes
check 'regsvr32' wine regsvr32 /s "$(windows_path "$dll")"
for script in *.vbs *.js; do
    compare "$script" "${script%.*}.txt"
done
compare ../../../examples/files.vbs example-files.txt 'Demo reader'
compare ../../../examples/files.vbs example-files-nobody.txt 'No such reader'
check 'regsvr32 /u' wine regsvr32 /s /u "$(windows_path "$dll")"
registered=
finish
