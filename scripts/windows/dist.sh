#!/usr/bin/env bash
# Packs what was built for Windows into a zip: windows/dist.sh 64|32 BUILD_DIR FOLDER, prints the zip's name.
# `make dist-windows` calls it. Texts get the line ends of Windows. The same sources give the same bytes:
# times are those of the last commit.
set -euo pipefail
cd "$(dirname "$0")/../.."
bits=$1 build=$2 folder=$(mkdir -p "$3" && cd "$3" && pwd)
cpu=$([ "$bits" = 64 ] && echo x86_64 || echo i686)
other=$((96 - bits)) # the package beside this one
architecture=$([ "$bits" = 64 ] && echo amd64 || echo x86)
version=$(sed -n "s/^  version : '\(.*\)',/\1/p" meson.build)
time=@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || date +%s)}
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

cp "$build/src/module/windows/scardssp.dll" "$build/tools/scard/scard.exe" "$build"/idl/*.tlb "$stage"
"$cpu-w64-mingw32-strip" -p "$stage/scardssp.dll" "$stage/scard.exe"
as_windows packaging/windows/README.txt.in README.txt
as_windows packaging/windows/try.vbs try.vbs
as_windows "$build/src/module/windows/scardssp.manifest" scardssp.manifest
as_windows packaging/windows/program.exe.manifest.in program.exe.manifest
as_windows docs/windows.md windows.md
as_windows LICENSE LICENSE.txt
# The two scripts handle every file of the package; uninstall.cmd deletes itself last.
files="$(cd "$stage" && printf '%s ' *)uninstall.cmd"
as_windows packaging/windows/install.cmd.in install.cmd
as_windows packaging/windows/uninstall.cmd.in uninstall.cmd

chmod 644 "$stage"/*
find "$stage" -exec touch --date="$time" {} +
rm -f "$folder/$name.zip"
(cd "$scratch" && find "$name" -type f | LC_ALL=C sort | TZ=UTC zip -q -X -@ "$folder/$name.zip")
echo "$folder/$name.zip"
