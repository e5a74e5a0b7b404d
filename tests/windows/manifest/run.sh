#!/usr/bin/env bash
# A program with the example manifest uses scardssp.dll from its folder, nothing being registered; without the
# manifest it cannot: run.sh 64|32 DLL MANIFEST CLIENT VERSION. Prints TAP.
set -uo pipefail
bits=$1 dll=$(realpath "$2") manifest=$(realpath "$3") client=$(realpath "$4") version=$5
cd "$(dirname "$0")/../../.." || exit 1
. tests/windows/tap.sh
export SCARDSSP_RM=sim LC_ALL=C
architecture=$([ "$bits" = 64 ] && echo amd64 || echo x86)

run() { # FOLDER ARG...: what the program there prints, in lines of Unix
    local folder=$1
    shift
    (cd "$scratch/$folder" && wine "$scratch/$folder/client.exe" "$@") | tr -d '\r'
}

says() { # FOLDER "EXPECTED LINES" ARG...
    local folder=$1 expected=$2
    shift 2
    run "$folder" "$@" > "$scratch/got"
    printf '%s\n' "$expected" | diff - "$scratch/got"
}

application() {
    sed "s/@VERSION@/$version/g; s/@ARCHITECTURE@/$architecture/g" packaging/windows/program.exe.manifest.in
}

# As docs/windows.md says; without the file of the library's manifest, which is in the DLL as well; without
# any manifest of the program; and with one that asks for a newer library.
for folder in both inside without newer; do
    mkdir "$scratch/$folder"
    cp "$client" "$scratch/$folder/client.exe"
    cp "$dll" "$scratch/$folder/scardssp.dll"
done
for folder in both without newer; do
    cp "$manifest" "$scratch/$folder/scardssp.manifest"
done
for folder in both inside; do
    application > "$scratch/$folder/client.exe.manifest"
done
application | sed "s/\"$version\.0\"/\"99.0.0.0\"/" > "$scratch/newer/client.exe.manifest"

# The classes as tests/data has them ("Name {CLSID}"), the one of ours, and every ProgID of the class table.
mapfile -t classes < <(sed -n 's/^CLSID_C\([A-Za-z0-9]*\)\t\(.*\)$/\1 {\2}/p' tests/data/guids.tsv)
classes+=('SCardManage {14AA4189-833F-42AD-AB2A-1D4A8099A02A}')
clsids=("${classes[@]#* }")
mapfile -t entries < <(sed -n 's/^    {&CLSID_C\(\w*\), L"\w*", L"\([A-Za-z0-9.]*\)", .*/\1 \2/p' src/module/classes.c)

makes() { # FOLDER "NAME CLSID or PROGID"...: each object's interface is named as its class
    local folder=$1 pair expected='' names=()
    shift
    [ $# -eq 8 ] || { echo "$# classes"; return 1; }
    for pair in "$@"; do
        names+=("${pair#* }")
        expected+="I$pair 0x00000000"$'\n'
    done
    says "$folder" "${expected%$'\n'}" make "${names[@]}"
}

loads_from() { # FOLDER
    local path="Z:$scratch/$1/scardssp.dll"
    run "$1" module > "$scratch/got"
    printf 'before 0x00000001\nCSCard 0x00000000\n%s\n' "${path//\//\\}" | diff -i - "$scratch/got"
}

nothing_registered() {
    run both registered > "$scratch/got"
    [ "$(grep -c ' no$' "$scratch/got")" -eq 5 ] && ! grep ' yes$' "$scratch/got"
}

fails_without() {
    says without "$(printf '%s 0x80040154\n' "${clsids[@]}")" make "${clsids[@]}" &&
        says without 'SCardSSP.SCard 0x800401F3' make SCardSSP.SCard &&
        says without 'LoadRegTypeLib 0x8002801D' typelib
}

# Windows does not start such a program, Wine does without the library: neither may use it.
fails_newer() {
    run newer make "${clsids[@]}" > "$scratch/got"
    ! grep ' 0x00000000' "$scratch/got"
}

transacts() { # FOLDER
    says "$1" "$(printf '%s 0x00000000\n' CSCard AttachByReader CSCardCmd Transaction
        printf '48 65 6C 6C 6F 90 00\nDetach 0x00000000\n')" transact
}

# Wine's marshaler by type library loads the library in a way that registers it, too.
in_apartments() {
    local result=0
    says both "$(printf '%s 0x00000000\n' CSCard AttachByReader 'marshal ISCard' 'marshal ISCardEx' 'unmarshal ISCard'
        printf 'a proxy\nget_Status 0x00000000\n6\n'
        printf '%s 0x00000000\n' 'unmarshal ISCardEx' put_Timeout get_Timeout
        echo 4321)" apartment || result=1
    "$project/scripts/windows/wine-run.sh" "$bits" reg delete 'HKCR\TypeLib\{82C38704-19F1-11D3-A11F-00C04F79F800}' /f \
        < /dev/null > /dev/null 2>&1
    return "$result"
}

# Well-formed; and what is in the DLL is the same file.
is_in_dll() {
    python3 -c '
import sys, xml.dom.minidom
text = open(sys.argv[1], "rb").read()
xml.dom.minidom.parseString(text)
sys.exit(text not in open(sys.argv[2], "rb").read())' "$manifest" "$dll"
}

# Every interface that is registered, and the identity the example asks for.
describes() {
    local iid
    for iid in $(sed -n 's/^IID_[A-Za-z0-9]*\t//p' tests/data/guids.tsv) B688457F-0364-4EA7-806E-CC02612D1AC8; do
        [ "$(grep -c "iid=\"{$iid}\"" "$manifest")" -eq 1 ] || { echo "interface $iid"; return 1; }
    done
    for iid in "name=\"scardssp\"" "version=\"$version.0\"" "processorArchitecture=\"$architecture\""; do
        grep -F "$iid" "$manifest" && application | grep -F "name=\"scardssp\"" | grep -F "$iid" || { echo "no $iid"; return 1; }
    done
}

# The page shows it for 64 bits.
is_in_page() {
    sed "s/@VERSION@/$version/g; s/@ARCHITECTURE@/amd64/g; /^<assembly/,\$!d" packaging/windows/program.exe.manifest.in > "$scratch/got"
    sed -n '/^## Without registration/,/^## Moving/p' docs/windows.md | sed -n '/^<assembly/,/^<\/assembly/p' | diff - "$scratch/got"
}

check 'nothing is registered' nothing_registered
check 'without the manifest there is no class, ProgID or type library' fails_without
check 'a manifest that asks for a newer library does not get this one' fails_newer
check 'every class is made by its CLSID' makes both "${classes[@]}"
check 'every class is made by its ProgID' makes both "${entries[@]}"
check 'every class is made by its ProgID with the version' makes both "${entries[@]/%/.1}"
check 'the library is the one beside the program' loads_from both
check 'a card answers' transacts both
check 'the type library is found' says both $'LoadRegTypeLib 0x00000000\nSCARDSSPLib' typelib
check 'other apartments get proxies of both kinds' in_apartments
check 'the manifest is in the library as it is in the file' is_in_dll
check 'the manifest in the library is enough to make classes' makes inside "${classes[@]}"
check 'the manifest in the library is enough for a card to answer' transacts inside
check 'it describes every interface and the identity that is asked for' describes
check 'docs/windows.md shows the example as it is' is_in_page
check 'nothing is registered afterwards' nothing_registered
finish
