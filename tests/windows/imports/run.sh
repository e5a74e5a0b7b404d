#!/usr/bin/env bash
# What windows.md shows for programs that import the type library: run.sh 64|32 LISTING.exe LIBRARY.tlb.
# Prints TAP.
set -uo pipefail
bits=$1 listing=$(realpath "$2") library=$(realpath "$3")
cd "$(dirname "$0")" || exit 1
. ../tap.sh
document=$project/docs/windows.md

lists() {
    wine "$listing" "$(windows_path "$library")" | tr -d '\r' > "$scratch/listing" && grep -q '^interface ISCard ' "$scratch/listing"
}

has_compiler() { # COMMAND PACKAGE: else the cases that need it are skipped, aloud
    command -v "$1" > /dev/null && return 0
    tap_skip 'what is shown for it compiles' "no $1: install $2"
    return 1
}

# Changes one word of a document, for cases that hold the checks themselves: what does not fit the library has
# to be refused.
changed() { # OLD NEW
    sed "s/$1/$2/" "$document" > "$scratch/changed.md" &&
        fails cmp -s "$document" "$scratch/changed.md"
}

fails() {
    ! "$@"
}

imports_cs() {
    ./imported.py cs "$scratch/listing" > "$scratch/SCARDSSPLib.cs" &&
        mcs -nologo -target:library -out:"$scratch/SCARDSSPLib.dll" "$scratch/SCARDSSPLib.cs"
}

compiles_cs() { # DOCUMENT NUMBER
    ./shown.py cs "$1" "$2" > "$scratch/shown.cs" &&
        mcs -nologo -warnaserror -out:"$scratch/shown.exe" -r:"$scratch/SCARDSSPLib.dll" "$scratch/shown.cs"
}

refuses_cs() { # OLD NEW
    changed "$1" "$2" && fails compiles_cs "$scratch/changed.md" 0
}

imports_pas() {
    mkdir -p "$scratch/units" && ./imported.py pas "$scratch/listing" > "$scratch/SCARDSSPLib_TLB.pas" &&
        cp ActiveX.pas ComObj.pas "$scratch/units" && pascal "$scratch/SCARDSSPLib_TLB.pas"
}

pascal() { # SOURCE: compiled, but not linked, as Delphi does it
    fpc -Mdelphi -Cn -v0ew -Fu"$scratch/units" -Fu"$scratch" -FE"$scratch" -FU"$scratch/units" "$1"
}

compiles_pas() { # DOCUMENT NUMBER
    ./shown.py pas "$1" "$2" > "$scratch/shown.pas" && pascal "$scratch/shown.pas"
}

refuses_pas() { # OLD NEW
    changed "$1" "$2" && fails compiles_pas "$scratch/changed.md" 0 > "$scratch/faults" && cat "$scratch/faults" &&
        grep -q '^shown\.pas.*Error' "$scratch/faults"
}

refuses_vb() { # OLD NEW WHY
    changed "$1" "$2" && fails ./lookedup.py "$scratch/changed.md" "$scratch/listing" > "$scratch/faults" && grep -F "$3" "$scratch/faults"
}

check 'the type library is listed' lists
if has_compiler mcs mono-mcs; then
    check 'C#: the assembly of tlbimp' imports_cs
    for ((text = 0; text < $(./shown.py cs "$document"); ++text)); do
        check "C#: text $((text + 1)) compiles" compiles_cs "$document" "$text"
    done
    check 'C#: the other name of an enumeration does not' refuses_cs 'tagSCARD_SHARE_MODES\.' 'SCARD_SHARE_MODES.'
    check 'C#: the interface in the place of its class does not' refuses_cs 'CSCardCmd command = ' 'ISCardCmd command = '
fi
if has_compiler fpc fp-compiler; then
    check 'Delphi: the unit of its importer' imports_pas
    for ((text = 0; text < $(./shown.py pas "$document"); ++text)); do
        check "Delphi: text $((text + 1)) compiles" compiles_pas "$document" "$text"
    done
    check 'Delphi: a property does not' refuses_pas 'OleCheck(Command.Get_ApduReplyLength(Size));' 'Size := Command.ApduReplyLength;'
    check 'Delphi: a class in the place of its interface does not' refuses_pas 'Command: ISCardCmd;' 'Command: CSCardCmd;'
fi
check 'Visual Basic: all names are there' ./lookedup.py "$document" "$scratch/listing"
check 'Visual Basic: a word of the language is refused' refuses_vb 'SCARDSSPLib\.SHARED' SHARED 'a word of the language: SHARED'
check 'Visual Basic: a type that it does not have is refused' refuses_vb 'ReplyStatusSW1)' 'ReplyStatus)' 'Visual Basic has no type *UI2'
check 'Visual Basic: another name is refused' refuses_vb 'iso\.GetChallenge 8' 'iso.GetChallenges 8' 'ISCardISO7816 has no GetChallenges'
check 'Visual Basic: a missing argument is refused' refuses_vb 'iso\.GetChallenge 8, command' 'iso.GetChallenge 8' '1 arguments'
finish
