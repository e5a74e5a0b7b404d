#!/usr/bin/env bash
# Looks at what was built for Windows: windows/fit.sh 64|32 BUILD_DIR. scardssp.dll exports what the system
# asks for, scardssp-extra.dll what its .def names, and nothing needs a library of the compiler's. Prints
# offenders, exit status 1.
set -euo pipefail
bits=$1 build=$2
cpu=$([ "$bits" = 64 ] && echo x86_64 || echo i686)
module=$build/src/module/windows

# binutils 2.44 prints a line of titles above the names, and numbers them otherwise.
exported() { # DLL
    "$cpu-w64-mingw32-objdump" -p "$1" |
        awk '/Ordinal\/Name Pointer/ { inside = 1; next } !NF { inside = 0 } inside && /^[[:space:]]*\[/ { print $NF }' | sort | xargs
}
exports() { # DLL NAMES DEF
    local found
    found=$(exported "$1")
    [ "$found" = "$2" ] || { echo "$1 exports $found, and should export $2: see $3" >&2; exit 1; }
}
exports "$module/scardssp.dll" 'DllCanUnloadNow DllGetClassObject DllRegisterServer DllUnregisterServer' src/module/windows/scardssp.def
exports "$module/scardssp-extra.dll" "$(sed '1,/^EXPORTS/d' "$module/scardssp-extra.def" | sort | xargs)" "$module/scardssp-extra.def"
for file in "$module/scardssp.dll" "$module/scardssp-extra.dll" "$build/tools/scard/scard.exe"; do
    if "$cpu-w64-mingw32-objdump" -p "$file" | grep -iE 'DLL Name: lib(gcc|stdc|winpthread)'; then
        echo "$file needs a library of the compiler's, which no Windows has: link it statically (cross/*.ini)" >&2
        exit 1
    fi
done
