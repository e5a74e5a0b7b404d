#!/usr/bin/env bash
# The DLL by regsvr32, twice: the whole registry of classes is as before when it is unregistered, and a class
# can be made while it is registered: regsvr32.sh 64|32 DLL. Prints TAP.
set -uo pipefail
bits=$1 dll=$(realpath "$2")
cd "$(dirname "$0")" || exit 1
. ../tap.sh
export SCARDSSP_RM=sim LC_ALL=C
windows_dll=$(windows_path "$dll")

unregister() {
    wine regsvr32 /s /u "$windows_dll" > /dev/null 2>&1
    clean_up
}
trap unregister EXIT

# The classes of machine and user, as text. The user may have none.
export_to() { # FILE
    for root in HKLM HKCU; do
        rm -f "$scratch/$root.reg"
        wine reg export "$root\\Software\\Classes" "$(windows_path "$scratch/$root.reg")" /y > /dev/null
    done
    cat "$scratch/HKLM.reg" > "$1" || return 1
    cat "$scratch/HKCU.reg" >> "$1" 2> /dev/null || echo 'the user has none' >> "$1"
    [ "$(wc -c < "$1")" -gt 100000 ]
}

same() { # FILE FILE
    cmp "$1" "$2" || { diff -a <(tr -d '\0\r' < "$1") <(tr -d '\0\r' < "$2") | head -n 20; return 1; }
}

differs() { # FILE FILE: by our entries, and by nothing but more
    diff -a <(tr -d '\0\r' < "$1") <(tr -d '\0\r' < "$2") > "$scratch/diff" && { echo "nothing was written"; return 1; }
    ! grep -a '^<' "$scratch/diff" && grep -aqF 'SCardSSP.SCard' "$scratch/diff"
}

print() { # what a first program says of the card; nothing without the class
    printf 'On Error Resume Next\r\nSet card = CreateObject("SCardSSP.SCard")\r\nWScript.Echo Err.Number\r\n' > "$scratch/x.vbs"
    wine cscript.exe //nologo "$(windows_path "$scratch/x.vbs")" | tr -d '\r'
}

says() { # TEXT
    local said
    said=$(print)
    [ "$said" = "$1" ] || { echo "$said instead of $1"; return 1; }
}

fails() { # COMMAND...
    ! "$@"
}

check 'the registry can be read' export_to "$scratch/before"
for round in first second; do
    check "regsvr32 registers it, $round time" wine regsvr32 /s "$windows_dll"
    check 'the registry can be read' export_to "$scratch/registered"
    check 'there is more than before, and nothing less' differs "$scratch/before" "$scratch/registered"
    check 'a script makes a card object' says 0
    check 'regsvr32 registers it again' wine regsvr32 /s "$windows_dll"
    check 'the registry can be read' export_to "$scratch/again"
    check 'that changes nothing' same "$scratch/registered" "$scratch/again"
    check 'regsvr32 /u unregisters it' wine regsvr32 /s /u "$windows_dll"
    check 'the registry can be read' export_to "$scratch/after"
    check 'it is byte for byte as before' same "$scratch/before" "$scratch/after"
    check 'a script makes no card object any more' says 429
done
check 'regsvr32 /u of what is not registered is no error' wine regsvr32 /s /u "$windows_dll"
check 'regsvr32 of no library is one' fails wine regsvr32 /s "$windows_dll.not"
finish
