#!/usr/bin/env bash
# Makes what users on Windows get: windows/zips.sh FOLDER [ADDRESS]. A zip for each width, built without
# tests and debug information, and what winget and Chocolatey want to know of them; ADDRESS is where the
# zips are going to lie. `make dist-windows` calls it.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$1 address=${2:-https://ADDRESS_OF_THE_RELEASE}
for bits in 64 32; do
    build=$folder/win$bits
    [ -f "$build/build.ninja" ] || scripts/windows/setup.sh "$bits" "$build" -Dtests=false -Ddebug=false -Doptimization=2
    ninja -C "$build" src/module/windows/scardssp.dll src/module/windows/scardssp-extra.dll src/module/windows/scardssp.manifest \
        tools/scard/scard.exe idl/scardssp_idl.h idl/{scardssp,scardmgr,scarddat,scardsrv}.tlb
    scripts/windows/fit.sh "$bits" "$build"
    scripts/windows/dist.sh "$bits" "$build" "$folder"
done
scripts/windows/manifests.sh "$folder" "$address"
