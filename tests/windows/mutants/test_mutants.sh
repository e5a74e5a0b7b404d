#!/usr/bin/env bash
# Shows that a deliberately wrong slot, DISPID or GUID makes a test fail, and which; and that all passes where
# nothing is changed. Prints TAP: test_mutants.sh BITS BUILD. The DLLs are made in a scratch folder
# (mutant.py); the client programs of BUILD are run with each.
set -u
bits=$1 build=$2
here=$(cd "$(dirname "$0")" && pwd)
tests=$(cd "$here/../.." && pwd)
project=$(cd "$tests/.." && pwd)
clients=$tests/windows/clients
export CMOCKA_MESSAGE_OUTPUT=TAP SCARDSSP_RM=sim:$tests/clients/cards/readers.json
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. "$tests/support/kits/tap.sh"

# verdict NAME EXPECTED GOT
verdict() {
    local why=
    [ "$2" = "$3" ] || why=$(printf 'expected:\n%s\ngot:\n%s' "$2" "$3")
    tap_case "$1" "$why" || true
}

# expect NAME MUTANT PROGRAM FAILING_CASE...: the cases of the client program that fail with this DLL are just
# these.
expect() {
    local name=$1 mutant=$2 program=$3
    shift 3
    if [ ! -d "$scratch/$mutant" ]; then
        "$here/mutant.py" "$build" "$mutant" "$scratch/$mutant" > "$scratch/log" 2>&1 || sed 's/^/# /' "$scratch/log"
    fi
    SCARDSSP_CLIENTS_DLL=$scratch/$mutant/scardssp.dll "$project/scripts/windows/wine-run.sh" "$bits" \
        "$build/tests/windows/clients/test_windows_$program.exe" < /dev/null 2> "$scratch/err" | tr -d '\r' > "$scratch/out"
    # Without a plan the program did not even begin: no verdict at all is no failing case either.
    verdict "$name" "$(printf '%s\n' 1 "$@")" \
        "$(grep -c '^1\.\.' "$scratch/out"; sed -n 's/^not ok [0-9]* - //p' "$scratch/out")"
}

# compiled NAME LANGUAGE CHANGE MESSAGE: what the compiler says first where the contract reads otherwise (a
# sed program).
compiled() {
    local name=$1 language=$2 change=$3 message=$4 lists=$scratch/lists
    mkdir -p "$lists"
    sed "$change" "$tests/data/contract.tsv" > "$lists/contract.tsv"
    "$clients/contract.py" "$lists/contract.tsv" "$tests/data/guids.tsv" "$lists/contract_lists.h"
    if [ "$language" = C ]; then
        "$cpu-w64-mingw32-gcc" -std=c11 -fsyntax-only -I "$lists" "$clients/asserted.c"
    else
        "$cpu-w64-mingw32-g++" -std=c++17 -fpermissive -fsyntax-only -I "$lists" "$clients/asserted_cpp.cpp"
    fi > "$scratch/log" 2>&1
    local got=$?
    verdict "$name" "exit status ${message:+1: }${message:-0}" "exit status $got$(sed -n 's/.*error: /: /p' "$scratch/log" | head -n 1)"
}

cpu=$([ "$bits" = 64 ] && echo x86_64 || echo i686)
tab=$(printf '\t')
slot="s/^ISCard${tab}16${tab}/ISCard${tab}15${tab}/"
type="s/^\(ISCard${tab}16${tab}.*\)SCARD_DISPOSITIONS/\1LONG/"

"$project/scripts/windows/wine-run.sh" "$bits" --ready > "$scratch/log" 2>&1 || { sed 's/^/# /' "$scratch/log"; echo 'Bail out! no Wine'; exit 1; }
expect 'nothing changed: commands' none commands
expect 'nothing changed: contract' none contract
expect 'nothing changed: attach' none attach
expect 'LockSCard and ReAttach in the wrong slots' slot commands test_commands__A10_lock_and_unlock
expect 'a wrong DISPID of ISCardCmd::Clear' dispid contract test_contract__dispids_of_names
expect 'a wrong IID of ISCardDatabase' guid attach test_attach__A9_list_readers \
    test_attach__A9_attach_to_each test_attach__A9_groups
compiled 'nothing changed: C' C '' ''
compiled 'nothing changed: C++' C++ '' ''
compiled 'ReAttach expected in another slot: C' C "$slot" 'static assertion failed: "ISCard::ReAttach, slot"'
compiled 'ReAttach expected of another type: C' C "$type" 'static assertion failed: "ISCard::ReAttach, type"'
compiled 'ReAttach expected of another type: C++' C++ "$type" 'static assertion failed: ISCard::ReAttach'
tap_plan
