#!/bin/sh
# Makes a type library from an IDL file: idl/typelib.sh WIDL INPUT.idl OUTPUT.tlb
# Windows' own types come from stdole2.tlb, which Wine brings along. Whatever widl has to say is a failure: of
# what it cannot write it says so and writes something else.
set -eu
widl=$1 input=$2 output=$3
for folder in /usr/lib/*/wine/*-windows /usr/share/wine /usr/lib/wine; do
    [ ! -f "$folder/stdole2.tlb" ] || break
done
here=$(dirname "$input")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
part=$scratch/$(basename "$input")
"$(dirname "$0")/part.py" "$here/scardssp.idl" "$input" "$part"
failed=
messages=$("$widl" --nostdinc -I "$here" -L "$folder" -D TYPE_LIBRARY -t -o "$output" "$part" 2>&1) || failed=yes
if [ -n "$failed$messages" ]; then
    echo "$messages" >&2
    rm -f "$output"
    exit 1
fi
"$(dirname "$0")/typelib-finish.py" "$here/scardssp.idl" "$output"
