#!/usr/bin/env bash
# Packs what was built for Windows into a zip: windows/dist.sh 64|32 BUILD_DIR FOLDER, prints the zip's name.
# `make dist-windows` calls it. Texts get the line ends of Windows. The same sources give the same bytes:
# all times are the one of dist/date.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
bits=$1 build=$2 folder=$(mkdir -p "$3" && cd "$3" && pwd)
cpu=$([ "$bits" = 64 ] && echo x86_64 || echo i686)
other=$((96 - bits)) # the package beside this one
architecture=$([ "$bits" = 64 ] && echo amd64 || echo x86)
version=$(sed -n "s/^  version : '\(.*\)',/\1/p" meson.build)
time=@$(scripts/dist/date.sh)
name=scardssp-$version-win$bits
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
stage=$scratch/$name
mkdir "$stage"

files=
as_windows() { # FROM TO: with its variables filled in, and CR LF
    sed -e "s/@VERSION@/$version/g; s/@BITS@/$bits/g; s/@OTHERBITS@/$other/g; s/@ARCHITECTURE@/$architecture/g" \
        -e "s/@FILES@/$files/g; s/\$/\r/" "$1" > "$stage/$2"
}

module=$build/src/module/windows
cp "$module/scardssp.dll" "$build/tools/scard/scard.exe" "$build"/idl/*.tlb "$stage"
"$cpu-w64-mingw32-strip" -p "$stage/scardssp.dll" "$stage/scard.exe"
as_windows packaging/windows/README.txt.in README.txt
as_windows packaging/windows/try.vbs try.vbs
as_windows "$module/scardssp.manifest" scardssp.manifest
as_windows packaging/windows/program.exe.manifest.in program.exe.manifest
as_windows LICENSE LICENSE.txt
/usr/bin/python3 scripts/windows/manual.py "$stage/manual.html" docs/{windows,backends,card-image,services,providers,trace}.md

# For who writes programs. These two folders stay in the unpacked zip.
mkdir "$stage/sdk" "$stage"/sdk/{bin,examples,idl,include,lib} "$stage/images"
for file in "$build"/idl/*.h idl/scardssp.idl examples/*.c examples/*.cpp examples/*.vbs src/icc/image/builtin/*.json; do
    case $file in
        *.h) as_windows "$file" "sdk/include/$(basename "$file")" ;;
        *.idl) as_windows "$file" "sdk/idl/$(basename "$file")" ;;
        *.json) as_windows "$file" "images/$(basename "$file")" ;;
        *) as_windows "$file" "sdk/examples/$(basename "$file")" ;;
    esac
done
as_windows packaging/windows/sdk.txt.in sdk/README.txt
cp "$module/scardssp-extra.dll" "$stage/sdk/bin"
"$cpu-w64-mingw32-strip" -p "$stage/sdk/bin/scardssp-extra.dll"
as_windows "$module/scardssp-extra.def" sdk/lib/scardssp-extra.def
# One for the linkers of Visual C++ and LLVM, one for GNU's.
llvm-dlltool -m "$([ "$bits" = 64 ] && echo i386:x86-64 || echo i386)" -d "$module/scardssp-extra.def" \
    -l "$stage/sdk/lib/scardssp-extra.lib"
cp "$module/scardssp-extra.dll.a" "$stage/sdk/lib/libscardssp-extra.dll.a"

# The two scripts handle every file of the package but those of the folders; uninstall.cmd deletes itself
# last.
files="$(cd "$stage" && find . -maxdepth 1 -type f -printf '%f\n' | LC_ALL=C sort | tr '\n' ' ')NOTICES.txt scardssp.cdx.json uninstall.cmd"
as_windows packaging/windows/install.cmd.in install.cmd
as_windows packaging/windows/uninstall.cmd.in uninstall.cmd
/usr/bin/python3 scripts/windows/sbom.py "$bits" "$version" "${time#@}" "$stage" "scardssp.dll=$module/scardssp.dll.map" \
    "sdk/bin/scardssp-extra.dll=$module/scardssp-extra.dll.map" "scard.exe=$build/tools/scard/scard.exe.map"

find "$stage" -type f -exec chmod 644 {} +
find "$stage" -exec touch --date="$time" {} +
rm -f "$folder/$name.zip"
(cd "$scratch" && find "$name" -type f | LC_ALL=C sort | TZ=UTC zip -q -X -@ "$folder/$name.zip")
echo "$folder/$name.zip"
