#!/usr/bin/env bash
# The zip that users get: what is in it, and whether install.cmd, the first program and uninstall.cmd do as they say:
# run.sh 64|32 BUILD_DIR. Prints TAP.
set -uo pipefail
cd "$(dirname "$0")/../../.."
bits=$1 build=$2
. tests/windows/tap.sh
export SCARDSSP_RM=sim

zip=$(scripts/dist-windows.sh "$bits" "$build" "$scratch/zip") || exit 1
again=$(scripts/dist-windows.sh "$bits" "$build" "$scratch/again") || exit 1
python3 -m zipfile -e "$zip" "$scratch"
package=$scratch/$(basename "$zip" .zip)

has_files() {
    local expected='LICENSE.txt README.txt install.cmd program.exe.manifest scard.exe scarddat.tlb scardmgr.tlb scardsrv.tlb scardssp.dll scardssp.manifest scardssp.tlb try.vbs uninstall.cmd windows.md'
    for name in $expected; do
        [ -s "$package/$name" ] || { echo "no $name"; return 1; }
    done
}

# Every line of every text, and no place left that was to be filled in.
has_line_ends() {
    for text in "$package"/*.txt "$package"/*.cmd "$package"/*.vbs "$package"/*.md "$package"/*.manifest; do
        [ "$(wc -l < "$text")" -eq "$(grep -c $'\r$' "$text")" ] || { echo "$text: line ends"; return 1; }
        ! grep -n '@[A-Z]*@' "$text" || return 1
    done
}

is_of_width() {
    local kind=$([ "$bits" = 64 ] && echo 'PE32+ ' || echo 'PE32 ')
    for name in scardssp.dll scard.exe; do
        case $(file -b "$package/$name") in "$kind"*) ;; *) file "$package/$name"; return 1 ;; esac
    done
}

registered() { # PATH: what the classes' registration names
    wine reg query 'HKCR\CLSID\{1461AAC7-6810-11D0-918F-00AA00C18068}\InprocServer32' /ve | tr -d '\r' | grep -F "$1"
}

installs() {
    (cd "$package" && wine cmd /c install.cmd 'C:\scardssp-package') > "$scratch/out" || { cat "$scratch/out"; return 1; }
    grep -F 'scardssp is installed in C:\scardssp-package' "$scratch/out" &&
        registered 'C:\scardssp-package\scardssp.dll'
}

tries() {
    (cd "$package" && wine cscript.exe //nologo try.vbs) | tr -d '\r' > "$scratch/out"
    printf 'Reader: Simulated Reader 00\nReply:  10 bytes, status 9000\n' | diff - "$scratch/out"
}

lists() {
    wine 'C:\scardssp-package\scard.exe' list | tr -d '\r' > "$scratch/out"
    [ "$(grep -c 'Simulated Reader 0[0-2]  card present' "$scratch/out")" -eq 3 ] || { cat "$scratch/out"; return 1; }
}

uninstalls() {
    wine cmd /c 'C:\scardssp-package\uninstall.cmd' > "$scratch/out" || { cat "$scratch/out"; return 1; }
    ! registered 'C:\scardssp-package\scardssp.dll' || return 1
    # Nothing of it is left; whether the empty folder goes depends on the command interpreter.
    wine cmd /c dir /b 'C:\scardssp-package' | tr -d '\r' > "$scratch/left"
    ! grep -E '\.(txt|dll|exe|tlb|vbs|md|cmd|manifest)' "$scratch/left"
}

complains() {
    rm -f "$package/scardssp.dll"
    ! (cd "$package" && wine cmd /c uninstall.cmd) > "$scratch/out" 2>&1 || { echo "no complaint"; return 1; }
    grep -F 'There is no scardssp.dll in' "$scratch/out"
}

check 'the package has all its files' has_files
check 'texts have the line ends of Windows' has_line_ends
check 'programs are of the right width' is_of_width
check 'the same sources give the same bytes' cmp "$zip" "$again"
check 'install.cmd copies and registers' installs
check 'the first program runs' tries
check 'the tool runs where it was installed' lists
check 'uninstall.cmd takes everything away again' uninstalls
check 'uninstall.cmd says when there is nothing to remove' complains
finish
