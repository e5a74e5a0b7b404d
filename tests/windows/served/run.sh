#!/usr/bin/env bash
# Runs a test program in a Windows of its own whose winscard.dll is the played one: run.sh 64|32 WINSCARD_DLL FOLDER PROGRAM [DLL...]
# The Windows is the tests' own one once more, in FOLDER, by links to its files; the programs and DLLs are copied there.
set -euo pipefail
bits=$1 winscard=$(realpath "$2") folder=$3
shift 3
project=$(cd "$(dirname "$0")/../../.." && pwd)
former=${SCARDSSP_WINEPREFIX:+$SCARDSSP_WINEPREFIX-$bits}
former=${former:-$project/build-win$bits/wine}

"$project/scripts/wine-run.sh" "$bits" --ready
rm -rf "$folder"
mkdir -p "$folder"
folder=$(realpath "$folder")
trap 'SCARDSSP_WINEPREFIX=$folder/wine "$project/scripts/wine-run.sh" "$bits" --stop; rm -rf "$folder"' EXIT
cp -al "$former" "$folder/wine-$bits"
# Wine writes into a file that has several names: its registry has to be another.
for file in "$former"/*.reg; do
    cp --remove-destination "$file" "$folder/wine-$bits/"
done
cp --remove-destination "$winscard" "$folder/wine-$bits/drive_c/windows/system32/winscard.dll"
cp "$@" "$folder/"
export SCARDSSP_WINEPREFIX=$folder/wine WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe=;winscard=n"
status=0
"$project/scripts/wine-run.sh" "$bits" --test "$folder/$(basename "$1")" || status=$?
exit "$status"
