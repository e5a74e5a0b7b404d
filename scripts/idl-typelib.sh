#!/bin/sh
# Makes a type library from an IDL file: idl-typelib.sh WIDL INPUT.idl OUTPUT.tlb
# Windows' own types come from stdole2.tlb, which Wine brings along. widl cannot write default values of pointers into a type
# library and says so; those parameters stay optional for late binding, which goes by the tables of the IDL.
set -eu
widl=$1 input=$2 output=$3
for folder in /usr/lib/*/wine/*-windows /usr/share/wine /usr/lib/wine; do
    [ ! -f "$folder/stdole2.tlb" ] || break
done
messages=$("$widl" --nostdinc -I "$(dirname "$input")" -L "$folder" -t -o "$output" "$input" 2>&1) || {
    echo "$messages" >&2
    exit 1
}
echo "$messages" | grep -v "^warning: can't write value of type 26 yet$" || true
