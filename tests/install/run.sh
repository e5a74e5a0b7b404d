#!/usr/bin/env bash
# The install test: installs a built tree into a staging root, looks at what is there, and builds and runs programs
# outside of the tree against it: run.sh BUILD_DIR. Reports in TAP. scripts/run-tests.sh calls it.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
root=$PWD
build=$1
stage=$(mktemp -d)
outside=$(mktemp -d)
trap 'rm -rf "$stage" "$outside"' EXIT

number=0
failures=0
check() { # NAME COMMAND...
    local name=$1 output
    shift
    number=$((number + 1))
    if output=$("$@" 2>&1); then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's|^|# |' <<< "$output"
        failures=$((failures + 1))
    fi
}

echo 1..17
check 'meson install into DESTDIR' meson install -C "$build" --no-rebuild --destdir "$stage"

library=$(find "$stage" -name 'libscardssp.so.*.*.*' -type f | head -n 1)
libdir=$(dirname "${library:-$stage/none}")
include=$(find "$stage" -type d -path '*/include/scardssp' | head -n 1)
scard=$(find "$stage" -path '*/bin/scard' | head -n 1)
export LD_LIBRARY_PATH=$libdir
export SCARDSSP_RM=sim

headers_there() {
    local header
    for header in scardssp.h scardssp_idl.h scardssp_db.h scardssp_provider.h scardssp_rm.h scardssp_sim.h scardmgr.h scarddat.h scardsrv.h objbase.h wtypes.h \
                  oatypes.h scarderr.h unknwn.h objidl.h oaidl.h Scardssp.h Scardmgr.h Scarddat.h Scardsrv.h windows/windows.h; do
        [ -f "$include/$header" ] || { echo "$header is not installed"; return 1; }
    done
}
check 'all public headers are there' headers_there

manual_there() {
    find "$stage" -path '*/man/man1/scard.1*' | grep -q . || { echo "scard.1 is not installed"; return 1; }
}
check 'the manual of the tool is there' manual_there

nothing_private() {
    local extra
    extra=$(find "$stage" \( -name '*.a' -o -name '*.inc' -o -name 'rm.h' -o -name 'test_*' \) -print)
    [ -z "$extra" ] || { echo "installed, and should not be: $extra"; return 1; }
}
check 'nothing private is installed' nothing_private

soname() {
    readelf -d "$library" | grep -q 'SONAME.*\[libscardssp\.so\.0\]' || { echo "wrong soname"; return 1; }
    [ "$(readlink -f "$libdir/libscardssp.so")" = "$(readlink -f "$library")" ] || { echo "no development link"; return 1; }
    [ -e "$libdir/libscardssp.so.0" ] || { echo "no link of the soname"; return 1; }
}
check 'soname libscardssp.so.0 and its links' soname

no_rpath() {
    ! readelf -d "$library" "$scard" | grep -E 'R(UN)?PATH'
}
check 'no path of the build tree in the binaries' no_rpath

loads_service_late() {
    ! readelf -d "$library" | grep 'NEEDED.*pcsclite'
}
check 'the PC/SC library is not needed to load ours' loads_service_late

check 'the version script hides everything else' scripts/check-exports.sh "$library"

# Nothing but what was installed is known to pkg-config: a program needs neither pcsc-lite's headers nor its .pc file.
export PKG_CONFIG_LIBDIR=$libdir/pkgconfig PKG_CONFIG_PATH=
export PKG_CONFIG_SYSROOT_DIR=$stage

pkg_config_knows() {
    [ "$(pkg-config --modversion scardssp)" = "$(meson introspect --projectinfo "$build" | python3 -c \
        'import json, sys; print(json.load(sys.stdin)["version"])')" ] || { echo "wrong version"; return 1; }
    pkg-config --libs scardssp | grep -q -e -lscardssp || { echo "no library"; return 1; }
    pkg-config --cflags scardssp | grep -q "$stage" || { echo "no include path"; return 1; }
    ! pkg-config --cflags scardssp | grep -q windows || { echo "windows.h is in everybody's path"; return 1; }
    ! grep -q -F "$root" "$PKG_CONFIG_LIBDIR"/scardssp*.pc || { echo "a .pc file names the source tree"; return 1; }
}
check 'scardssp.pc tells version, flags and library' pkg_config_knows

flags() {
    pkg-config --cflags --libs "${package:-scardssp}"
}
build_program() { # COMPILER STANDARD SOURCE PROGRAM
    # The files are copied: what is built must not find anything beside it.
    cp "$root/tests/install/$3" "$outside/" && cd "$outside" &&
        "$1" "-std=$2" -Wall -Wextra -Wpedantic -Werror "$3" -o "$4" $(flags)
}
check 'a C program builds with pkg-config' build_program gcc c11 consumer.c consumer_c
check 'the C program runs' "$outside/consumer_c"
package=scardssp-windows
check 'a program with <windows.h> builds with scardssp-windows' build_program g++ c++17 page.cpp page
package=
check 'the program with <windows.h> runs' "$outside/page"
check 'a C++ program builds with pkg-config' build_program g++ c++17 consumer.cpp consumer_cpp
check 'the C++ program runs' "$outside/consumer_cpp"

tool_runs() {
    "$scard" --help > "$outside/help" && grep -q reattach "$outside/help" || { echo "no help"; return 1; }
    "$scard" --rm sim list > "$outside/list" && grep -q ATR "$outside/list" || { echo "scard list shows nothing"; return 1; }
}
check 'the installed tool runs' tool_runs

contract_installed() {
    [ -n "$(find "$stage" -name scardssp.idl)" ]
}
check 'the contract is installed' contract_installed
[ "$failures" -eq 0 ]
