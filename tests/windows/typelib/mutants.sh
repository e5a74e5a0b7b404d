#!/usr/bin/env bash
# Whether the test of the type libraries can fail: each case makes one thing wrong in a scratch copy of the
# IDL, makes the libraries from that and lets the test look at them, which has to see it: mutants.sh 64|32
# WIDL TEST DLL. Prints TAP.
set -uo pipefail
bits=$1 widl=$2 test=$(realpath "$3") dll=$(realpath "$4")
cd "$(dirname "$0")/../../.." || exit 1
project=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CMOCKA_MESSAGE_OUTPUT=TAP
. tests/support/kits/tap.sh

look() { # makes the libraries from the copy and runs the test on them
    local name
    for name in scardssp scardmgr scarddat scardsrv; do
        scripts/idl/typelib.sh "$widl" "$scratch/$name.idl" "$scratch/$name.tlb" || return 125
    done
    "$project/scripts/windows/wine-run.sh" "$bits" "$test" "$scratch/scardssp.tlb" "$dll" "$scratch/scardmgr.tlb" \
        "$scratch/scarddat.tlb" "$scratch/scardsrv.tlb" < /dev/null > "$scratch/out" 2>&1
}

# mutant WHAT CASE SED_PROGRAM [FILE [LIBRARY]]: the case fails for scardssp.tlb, or the LIBRARY, and the DLL,
# which is as it was, passes
mutant() {
    local what=$1 case=$2 program=$3 file=${4:-scardssp.idl} library=${5:-scardssp.tlb} why=
    cp idl/*.idl "$scratch"
    sed -i -E "$program" "$scratch/$file"
    if cmp -s "idl/$file" "$scratch/$file"; then
        why="nothing was changed in $file"
    elif look; then
        why='the test has not seen it'
    elif ! grep -q "^not ok .*$case($library)" "$scratch/out" || grep -q '^not ok .*(scardssp.dll)' "$scratch/out"; then
        why=$(cat "$scratch/out")
    fi
    tap_case "$what" "$why" || true
}

cp idl/*.idl "$scratch"
look && why= || why=$(cat "$scratch/out")
tap_case 'nothing wrong' "$why" || true
row=test_interfaces__every_row
mutant 'a DISPID' $row 's/\[id\(9\), helpstring\("Changes share/[id(29), helpstring("Changes share/'
mutant 'two slots swapped' $row '/"Begins a transaction"\)\]/{N;h;d};/"Ends a transaction"\)\]/{N;G}'
mutant 'an interface identifier' $row 's/1461AAC3-6810/1461AAC4-6810/'
mutant 'a class identifier' test_classes__every_identifier 's/D5778AE7-43DE/D5778AE8-43DE/'
mutant 'the library identifier' test_library__identifier_version_name_width 's/82C38704-19F1/82C38705-19F1/'
mutant 'the version' test_library__identifier_version_name_width 's/version\(1\.0\)/version(1.1)/'
mutant 'the type of a parameter' $row 's/\[in\] LONG grfCommitFlags/[in] DWORD grfCommitFlags/'
mutant 'a default value' $row 's/\(EXCLUSIVE\)\] SCARD_SHARE_MODES ShareMode,/(SHARED)] SCARD_SHARE_MODES ShareMode,/'
mutant 'the way of a parameter' $row 's/\[in, out\] LPSCARDCMD \*ppCmd\);$/[out] LPSCARDCMD *ppCmd);/'
mutant 'the name of a parameter' $row 's/InitState\);/InitialState);/'
mutant 'a method that is a property' $row 's/\[id\(8\), (helpstring\("Begins a transaction)/[propput, id(8), \1/; s/LockSCard\(\)/LockSCard([in] LONG l)/'
mutant 'the stream' test_stream__is_the_systems 's/0000000C-0000-0000-C000/0000000D-0000-0000-C000/' objidl.idl
mutant 'the value of a constant' test_types__values_and_places 's/SC_FL_ERASE = 0x4/SC_FL_ERASE = 0x3/'
mutant 'one interface more' test_library__nothing_without_a_reason 's/^    interface ISCardVerify;/&\n    interface IClassFactory;/'
classes=test_classes__every_identifier
mutant 'a class less in a part' $classes '/coclass CSCardLocate;/d' scardmgr.idl scardmgr.tlb
mutant 'a class more in a part' $classes 's/coclass CSCardISO7816;/& coclass CSCard;/' scardsrv.idl scardsrv.tlb
mutant 'an interface more in a part' test_library__nothing_without_a_reason 's/^    coclass CSCardCmd;/&\n    interface ISCardDatabase;/' \
    scarddat.idl scarddat.tlb
tap_plan
