#!/usr/bin/env bash
# What `make install` lays out: staged.sh BUILD_DIR. Part of run.sh. Everything is looked for where the front
# door says that it is.
set -uo pipefail
build=$1
cd "$(dirname "$0")" || exit 2
source ./tap.sh
root=$(cd ../.. && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
stage=$scratch/stage
report=$scratch/report

installs() {
    make -C "$root" install BUILD="$build" PREFIX=/usr DESTDIR="$stage" > "$report" || { cat "$report"; return 1; }
    [ -z "$(to_type "$report")" ] || wrong 'a staged installation needs nothing to be typed, says:' "$(to_type "$report")"
}
check 'make install PREFIX=/usr DESTDIR=' installs
library=$(told "$report" library)
scard=$(told "$report" tool)
include=$(told "$report" headers)
package=$(told "$report" pkg-config)
package=${package%%,*}

headers_there() {
    local header
    for header in scardssp.h scardssp_idl.h scardssp_card.h scardssp_db.h scardssp_faults.h scardssp_profile.h scardssp_provider.h scardssp_rm.h scardssp_share.h scardssp_sim.h scardmgr.h scarddat.h scardsrv.h objbase.h wtypes.h \
                  oatypes.h scarderr.h unknwn.h objidl.h oaidl.h Scardssp.h Scardmgr.h Scarddat.h Scardsrv.h windows/windows.h; do
        [ -f "$include/$header" ] || wrong "$header is not installed" || return
    done
    [ "$include" = "$stage/usr/include/scardssp" ] || wrong "headers are in $include"
}
check 'all public headers are there' headers_there

others_there() {
    local path
    for path in "$scard" "$library" "$package" "${package%/*}/scardssp-windows.pc" "$(told "$report" manual)" "$(told "$report" contract)"; do
        [ -f "$path" ] || wrong "$path is not installed" || return
    done
    [ "$scard" = "$stage/usr/bin/scard" ] && [ -x "$scard" ] || wrong "the tool is $scard"
}
check 'tool, library, .pc files, manual and contract are where the front door says' others_there

pages_there() {
    local page pages=$stage/usr/share/man
    for page in man3/scardssp_transmit.3 man3/scardssp_end.3 man3/ISCard.3 man3/ISCard_AttachByReader.3 man3/CoCreateInstance.3scardssp \
                man3/SCARD_W_RESET_CARD.3scardssp man7/scardssp.7 man7/SCARDSSP_TIMEOUT.7 man7/scardssp_card.h.7; do
        [ -f "$pages/$page" ] || wrong "$page is not installed" || return
    done
    for page in index.html search-index.js reference/ISCard_ReAttach.html docs/architecture.html docs/performance.svg; do
        [ -f "$stage/usr/share/doc/scardssp/html/$page" ] || wrong "$page is not installed" || return
    done
}
check 'the pages of functions, interfaces, methods, codes and variables' pages_there

unit_there() {
    local unit=$stage/usr/lib/systemd/system/scard-share.service
    [ -f "$stage/usr/lib/sysusers.d/scard-share.conf" ] && [ -f "$stage/usr/lib/tmpfiles.d/scard-share.conf" ] && [ -f "$stage/usr/share/polkit-1/rules.d/scard-share.rules" ] ||
        wrong 'the user of the unit, or his right to cards, is not installed' || return
    grep -q '^ExecStart=/usr/bin/scard share ' "$unit" || wrong 'the unit starts another program'
}
check 'the unit that lends readers, and its user' unit_there

nothing_private() {
    local extra
    extra=$(listing "$stage" | grep -E '(\.a|\.inc|\.o|\.new|/rm\.h|/test_[^/]*)$')
    [ -z "$extra" ] || wrong "installed, and should not be: $extra"
}
check 'nothing private is installed' nothing_private

soname() {
    local folder=${library%/*}
    readelf -d "$library" | grep -q 'SONAME.*\[libscardssp\.so\.0\]' || wrong 'wrong soname' || return
    [ "$folder/libscardssp.so" -ef "$library" ] || wrong 'no development link' || return
    [ "$folder/libscardssp.so.0" -ef "$library" ] || wrong 'no link of the soname' || return
    [ "$(readlink "$folder/libscardssp.so.0")" = "${library##*/}" ] || wrong 'the link leaves its folder'
}
check 'soname libscardssp.so.0 and its links' soname

pcsc=${library%/*}/scardssp/pcsc/libscardssp-pcsc.so
apart() {
    [ "$(readlink "${pcsc%/*}/libpcsclite.so.1")" = libscardssp-pcsc.so ] || wrong 'no link libpcsclite.so.1 beside it' || return
    [ -f "${pcsc%.so}-sim.so" ] || wrong 'no library for tests beside it' || return
    [ -z "$(find "$stage" -name 'libpcsclite*' ! -path '*/scardssp/pcsc/*')" ] || wrong 'the loader would find a libpcsclite'
}
check 'the library that stands in for libpcsclite.so.1 lies apart' apart

no_rpath() {
    ! readelf -d "$library" "$scard" "$pcsc" "${pcsc%.so}-sim.so" | grep -E 'R(UN)?PATH'
}
check 'no path of the build tree in the binaries' no_rpath

loads_service_late() {
    ! readelf -d "$library" "$pcsc" | grep 'NEEDED.*pcsclite'
}
check 'the PC/SC library is not needed to load ours' loads_service_late

check 'the version script hides everything else' "$root/scripts/check/exports.sh" "$library"

stripped() {
    local file
    for file in "$library" "$scard" "$pcsc" "${pcsc%.so}-sim.so"; do
        ! readelf -SW "$file" | grep -E ' \.(symtab|debug_[a-z]*) ' || wrong "of $file" || return
    done
}
check 'library and tool are stripped' stripped

modes() {
    local path expected
    while IFS= read -r path; do
        [ ! -L "$path" ] || continue
        expected=644
        [ ! -d "$path" ] || expected=755
        case $path in "$scard" | "$library" | *.so) expected=755 ;; esac
        [ "$(stat -c %a "$path")" = "$expected" ] || wrong "$path: $(stat -c %a "$path")" || return
    done < <(listing "$stage")
}
check 'everybody may read all of it, nobody but its owner write' modes

package_files() {
    ! grep -F -e "$root" -e "$stage" "${package%/*}"/scardssp*.pc || wrong 'a .pc file names a place of the build' || return
    grep -q -x 'prefix=/usr' "$package" || wrong 'another prefix:' "$(cat "$package")"
}
check 'the .pc files name the place that things are staged for' package_files

uninstalls() {
    make -C "$root" uninstall PREFIX=/usr DESTDIR="$stage" && [ -z "$(listing "$stage")" ] || wrong "$(listing "$stage")"
}
check 'make uninstall empties DESTDIR' uninstalls
[ "$failures" -eq 0 ]
