#!/usr/bin/env bash
# Builds for Windows, 64 and 32 bits, into build-win64/ and build-win32/, and looks at what the DLLs export
# and need: windows/build.sh. `make windows` calls it.
set -euo pipefail
cd "$(dirname "$0")/../.."
wanted='DllCanUnloadNow DllGetClassObject DllRegisterServer DllUnregisterServer'

for bits in 64 32; do
    cpu=$([ "$bits" = 64 ] && echo x86_64 || echo i686)
    build=build-win$bits
    [ -f "$build/build.ninja" ] || scripts/windows/setup.sh "$bits" "$build" -Dwerror=true
    ninja -C "$build"
    cp "$build/src/module/windows/scardssp.dll" "$build/tools/scard/scard.exe" "$build"/idl/*.tlb "$build"
    # binutils 2.44 prints a line of titles above the names, and numbers them otherwise.
    exported=$("$cpu-w64-mingw32-objdump" -p "$build/scardssp.dll" |
        awk '/Ordinal\/Name Pointer/ { inside = 1; next } !NF { inside = 0 } inside && /^[[:space:]]*\[/ { print $NF }' | sort | xargs)
    [ "$exported" = "$wanted" ] || { echo "$build/scardssp.dll exports $exported, and should export $wanted: see src/module/windows/scardssp.def" >&2; exit 1; }
    for file in scardssp.dll scard.exe; do
        if "$cpu-w64-mingw32-objdump" -p "$build/$file" | grep -iE 'DLL Name: lib(gcc|stdc|winpthread)'; then
            echo "$build/$file needs a library of the compiler's, which no Windows has: link it statically (cross/*.ini)" >&2
            exit 1
        fi
    done
done
