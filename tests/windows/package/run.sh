#!/usr/bin/env bash
# The zip that users get: what is in it, and whether install.cmd, the first program and uninstall.cmd do as
# they say, also when something fails halfway, without rights and in folders with any name: run.sh 64|32
# BUILD_DIR LIMITED. Prints TAP.
set -uo pipefail
bits=$1 build=$2 limited=$(realpath "$3")
cd "$(dirname "$0")/../../.."
. tests/windows/tap.sh
. tests/windows/package/steps.sh
export SCARDSSP_RM=sim

zip=$(scripts/windows/dist.sh "$bits" "$build" "$scratch/zip") || exit 1
again=$(scripts/windows/dist.sh "$bits" "$build" "$scratch/again") || exit 1
python3 -m zipfile -e "$zip" "$scratch"
package=$scratch/$(basename "$zip" .zip)
prepare

has_files() {
    local expected='LICENSE.txt NOTICES.txt README.txt install.cmd manual.html program.exe.manifest scard.exe scarddat.tlb scardmgr.tlb scardsrv.tlb scardssp.cdx.json scardssp.dll scardssp.manifest scardssp.tlb try.vbs uninstall.cmd
        images/demo.json sdk/README.txt sdk/bin/scardssp-extra.dll sdk/include/scardssp.h sdk/include/scardssp_idl.h
        sdk/include/scardssp_card.h sdk/lib/libscardssp-extra.dll.a sdk/lib/scardssp-extra.lib sdk/lib/scardssp-extra.def'
    for name in $expected; do
        [ -s "$package/$name" ] || { echo "no $name"; return 1; }
    done
}

# Every line of every text, and no place left that was to be filled in.
has_line_ends() {
    local text
    while IFS= read -r text; do
        [ "$(wc -l < "$text")" -eq "$(grep -c $'\r$' "$text")" ] || { echo "$text: line ends"; return 1; }
        ! grep -nE '@(VERSION|(OTHER)?BITS|ARCHITECTURE|FILES)@' "$text" || return 1
    done < <(find "$package" -type f ! -name '*.dll' ! -name '*.exe' ! -name '*.tlb' ! -name '*.lib' ! -name '*.a')
}

number_at() { # FILE OFFSET BYTES: an unsigned number of the file, lowest byte first
    od -A n -t "u$3" -j "$2" -N "$3" --endian=little "$1" | tr -d ' '
}

# The optional header of a PE file begins with its kind: 0x10B PE32, 0x20B PE32+.
is_of_width() {
    local name kind wanted=$((bits == 64 ? 0x20B : 0x10B))
    for name in scardssp.dll scard.exe sdk/bin/scardssp-extra.dll; do
        kind=$(number_at "$package/$name" $(($(number_at "$package/$name" 60 4) + 24)) 2)
        [ "$kind" = "$wanted" ] || { printf '%s is of kind 0x%X\n' "$name" "$kind"; return 1; }
    done
}

# The check of the scripts itself: each of these lines would run a part of a path, or look for variables in
# it.
refuses_unquoted() {
    local line
    while IFS= read -r line; do
        printf 'setlocal DisableDelayedExpansion\r\n%s\r\n' "$line" > "$scratch/bad.cmd"
        ! python3 tests/windows/package/quoted.py "$scratch/bad.cmd" > /dev/null || { echo "let through: $line"; return 1; }
    done << 'END'
echo It is in %folder%
del %folder%\x
if exist "%folder%" echo It is in %folder%
call :find "%folder%"
for %%f in (a b) do del "%folder%\%%f"
for /f %%a in ('"%system%\reg.exe query "%key%""') do set "line=%%a"
echo %~dp0
END
    printf 'echo "%%folder%%"\r\n' > "$scratch/bad.cmd"
    ! python3 tests/windows/package/quoted.py "$scratch/bad.cmd" > /dev/null
}

check 'the package has all its files' has_files
check 'texts have the line ends of Windows' has_line_ends
check 'programs are of the right width' is_of_width
check 'the same sources give the same bytes' cmp "$zip" "$again"
check 'paths stand in quotation marks in both scripts' python3 tests/windows/package/quoted.py "$package"/*install.cmd
check 'a script with a path outside of them is refused' refuses_unquoted
. tests/windows/package/everyday.sh
. tests/windows/package/clicked.sh
. tests/windows/package/failures.sh
. tests/windows/package/rights.sh
. tests/windows/package/sdk.sh
finish
