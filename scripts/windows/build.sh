#!/usr/bin/env bash
# Builds for Windows, 64 and 32 bits, into build-win64/ and build-win32/, and looks at what the DLLs export
# and need: windows/build.sh. `make windows` calls it.
set -euo pipefail
cd "$(dirname "$0")/../.."
for bits in 64 32; do
    build=build-win$bits
    [ -f "$build/build.ninja" ] || scripts/windows/setup.sh "$bits" "$build" -Dwerror=true
    ninja -C "$build"
    cp "$build/src/module/windows/scardssp.dll" "$build/tools/scard/scard.exe" "$build"/idl/*.tlb "$build"
    scripts/windows/fit.sh "$bits" "$build"
done
