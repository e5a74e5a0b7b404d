#!/usr/bin/env bash
# Runs a test program in a Windows of its own whose winscard.dll is the played one: run.sh 64|32 WINSCARD_DLL
# FOLDER PROGRAM [DLL...] That Windows is the tests' one once more, by links to its files; the programs and
# DLLs are copied into FOLDER, which goes with it.
set -euo pipefail
bits=$1 winscard=$(realpath "$2") folder=$3
shift 3
project=$(cd "$(dirname "$0")/../../.." && pwd)
former=${SCARDSSP_WINEPREFIX:+$SCARDSSP_WINEPREFIX-$bits}
former=${former:-$project/build-win$bits/wine}
own=$former.$(basename "$folder") # beside it: no link leads to another disk

"$project/scripts/windows/wine-run.sh" "$bits" --ready
rm -rf "$folder" "$own-$bits"
mkdir -p "$folder"
folder=$(realpath "$folder")
trap 'SCARDSSP_WINEPREFIX=$own "$project/scripts/windows/wine-run.sh" "$bits" --stop; rm -rf "$folder" "$own-$bits"' EXIT
# Other tests have files there that go meanwhile.
cp -al "$former" "$own-$bits" 2> /dev/null || true
# Wine writes into a file that has several names: its registry has to be another.
for file in "$former"/*.reg; do
    cp --remove-destination "$file" "$own-$bits/"
done
cp --remove-destination "$winscard" "$own-$bits/drive_c/windows/system32/winscard.dll"
cp "$@" "$folder/"
export SCARDSSP_WINEPREFIX=$own WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe=;winscard=n"
status=0
"$project/scripts/windows/wine-run.sh" "$bits" --test "$folder/$(basename "$1")" || status=$?
exit "$status"
