#!/usr/bin/env bash
# What may come in the way of `make install` and `make uninstall`: front_door.sh BUILD_DIR (not used). Part of
# run.sh. The Makefile and the scripts are the real ones; what they install is the small project of small/, in
# a folder with a space in its name.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
source ./tap.sh
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
tree="$scratch/a tree"
report=$scratch/report
mkdir -p "$tree"/scripts/{install,check}
cp small/* ../../Makefile "$tree"
cp ../../scripts/{install-deps,build,as-owner}.sh "$tree/scripts"
cp ../../scripts/install/* "$tree/scripts/install"
cp ../../scripts/check/sources.py "$tree/scripts/check"
cd "$tree" || exit 2
[ "$(id -u)" -ne 0 ] || nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups env CCACHE_DISABLE=1)

refuses() { # WHAT_IT_SAYS COMMAND...: it fails, says so, and has begun nothing
    local expected=$1
    shift
    ! "$@" > "$report" 2>&1 || wrong 'accepted:' "$(cat "$report")" || return
    grep -q -e "$expected" "$report" || wrong "should say '$expected', says:" "$(cat "$report")" || return
    ! grep -q -e '^ninja: ' -e '^Configuring' "$report" || wrong 'builds first:' "$(cat "$report")"
}
installs() { # VARIABLE...
    make install "$@" > "$report" 2>&1 || { cat "$report"; return 1; }
}

help_fits() {
    make help > "$report" || return
    ! grep -n '.\{81\}' "$report" || wrong 'longer than 80 columns' || return
    grep -q '^  uninstall  *takes away' "$report" || wrong 'make help says:' "$(cat "$report")"
}
check 'make help lists the targets in 80 columns' help_fits
check 'a PREFIX with white space is refused' refuses 'white space' make install PREFIX='/opt/my things'
check 'a PREFIX with a quote is refused' refuses 'quotes' make install PREFIX="/opt/it's"
check 'a PREFIX with a command is refused' refuses 'quotes' make install PREFIX='/opt/$$(touch here)'
check 'a relative PREFIX is refused, with what to type' refuses "  make install PREFIX=$scratch/a tree/here" make install PREFIX=here
check 'the same for make uninstall' refuses "  make uninstall PREFIX=$scratch/a tree/here" make uninstall PREFIX=here
check 'make uninstall of nothing says where it looked' refuses "$scratch/none/share/scardssp/installed.txt" make uninstall PREFIX="$scratch/none"
check 'a file in the way is named' refuses "$tree/Makefile is in the way" make install PREFIX="$scratch/x" DESTDIR="$tree/Makefile"
if [ "$(id -u)" -eq 0 ]; then
    mkdir -m 755 "$scratch/roots"
    check 'without the right to write nothing is built' refuses "  for everybody:  sudo make install PREFIX=$scratch/roots/x" \
        "${nobody[@]}" make install PREFIX="$scratch/roots/x"
else
    check 'without the right to write nothing is built' refuses '  for everybody:  sudo make install PREFIX=/usr' make install PREFIX=/usr
fi
check 'nothing was built so far' test ! -e "$tree/build"

# A build that somebody configured for something else, on a Debian without dpkg-dev (whose answer is no answer
# here).
mkdir "$scratch/no-dpkg-dev"
printf '#!/bin/sh\nexit 127\n' > "$scratch/no-dpkg-dev/dpkg-architecture"
chmod 755 "$scratch/no-dpkg-dev/dpkg-architecture"
other_options() {
    PATH=$scratch/no-dpkg-dev:$PATH meson setup build -Dbuildtype=debug -Db_sanitize=address -Ddefault_library=static -Dprefix=/opt/other > "$report" ||
        { cat "$report"; return 1; }
    (umask 077; PATH=$scratch/no-dpkg-dev:$PATH installs PREFIX=/usr DESTDIR='a stage & more') || return
    local library
    library=$(told "$report" library)
    [[ $library = "$tree/a stage & more/usr/lib"*/libscardssp.so.0.1.0 ]] || wrong "library: $library" || return
    ! readelf -dSW "$library" | grep -e asan -e symtab || wrong 'a sanitizer or symbols are inside' || return
    # The folder of the C library, which cannot be lib64 on a Debian.
    [ "$(dirname "${library#*/usr/}")" = "$(dirname "$(realpath "$(cc -print-file-name=libc.so)")" | sed 's|^/usr/||')" ] || wrong "library: $library"
}
check 'options of another purpose are put right, DESTDIR is relative and has a space' other_options

open_to_all() {
    local path expected
    while IFS= read -r path; do
        expected=644
        [ -f "$path" ] && [ "${path##*/}" != scard ] && [[ $path != */libscardssp.so.*.* ]] || expected=755
        [ -L "$path" ] || [ "$(stat -c %a "$path")" = $expected ] || wrong "$path: $(stat -c %a "$path")" || return
    done < <(listing 'a stage & more')
}
check "a narrow umask of root's keeps nobody out" open_to_all

again_elsewhere() {
    rm -rf build
    make uninstall PREFIX=/usr DESTDIR='a stage & more' || return
    [ -d 'a stage & more' ] && [ -z "$(listing 'a stage & more')" ] || wrong 'left:' "$(listing 'a stage & more')"
}
check 'make uninstall needs no build, and leaves nothing' again_elsewhere

moved() {
    mkdir build && meson setup build > "$report" && mv "$tree" "$scratch/moved" && cd "$scratch/moved" || return
    refuses "  Remove what was built, then try again:  rm -rf build" make install PREFIX="$scratch/x"
    local result=$?
    rm -rf build
    mv "$scratch/moved" "$tree" && return $result
}
check 'a build that came along from another place is not taken' moved

prefix=$scratch/prefix
stranger_follows() {
    installs PREFIX="$prefix" || return
    (
        # What the report says is typed, and works: in a shell that knew nothing of the prefix.
        eval "$(to_type "$report" | grep '^export ')"
        [ -z "$(to_type "$report" | grep -v -e '^export ' -e ldconfig)" ] || wrong 'other lines:' "$(to_type "$report")" || exit
        [ "$(command -v scard)" = "$prefix/bin/scard" ] || wrong 'PATH' || exit
        [ "$(pkg-config --variable=prefix scardssp)" = "$prefix" ] || wrong 'pkg-config' || exit
        to_type "$report" | grep -q -e ld.so.conf -e LD_LIBRARY_PATH || wrong 'no word of the loader' || exit
        # Who may not write to /etc gets a line for himself.
        [ "$(id -u)" -eq 0 ] || [ "$(scard)" = 1.2.3 ] || wrong 'the tool does not run'
    )
}
check 'the lines for an unusual PREFIX work' stranger_follows

replaces() {
    local before after
    exec 3< "$prefix/bin/scard"
    before=$(stat -c %i "$prefix/bin/scard")
    printf 'x\n' > "$prefix/include/scardssp/others.h"
    meson configure build -Dheaders=scardssp.h && installs PREFIX="$prefix" || return
    after=$(stat -c %i "$prefix/bin/scard")
    exec 3<&-
    [ "$before" != "$after" ] || wrong 'written over, under a program that may run' || return
    [ -f "$prefix/include/scardssp/scardssp.h" ] && [ ! -e "$prefix/include/scardssp/scardmgr.h" ] || wrong "$(listing "$prefix")"
}
check 'a new version replaces files by name, and what it brings no more goes' replaces

without_pages() {
    [ -f "$prefix/share/man/man3/scardssp_open.3" ] || wrong "no page: $(listing "$prefix")" || return
    installs PREFIX="$prefix" REFERENCE=no && [ ! -e "$prefix/share/man/man3/scardssp_open.3" ] && [ -f "$prefix/share/man/man1/scard.1" ] ||
        wrong "$(listing "$prefix")" || return
    installs PREFIX="$prefix" && [ -f "$prefix/share/man/man3/scardssp_open.3" ] || wrong 'no page the next time'
}
check 'REFERENCE=no leaves the pages of the reference out' without_pages

list=$prefix/share/scardssp/installed.txt
hostile_list() {
    cp "$list" "$scratch/list"
    printf '%s\n' "$1" >> "$list"
    refuses "$1" make uninstall PREFIX="$prefix" && [ -e "$prefix/bin/scard" ]
    local result=$?
    cp "$scratch/list" "$list"
    return $result
}
touch "$scratch/precious"
check 'a list that names what is elsewhere is not followed' hostile_list "$scratch/precious"
check 'nor one that climbs' hostile_list "$prefix/../precious"

cannot_remove() {
    rm "$prefix/bin/scard" && mkdir -p "$prefix/bin/scard/inside"
    ! make uninstall PREFIX="$prefix" > "$report" 2>&1 || wrong 'succeeds' || return
    grep -q -x "  $prefix/bin/scard" "$report" || wrong "$(cat "$report")" || return
    [ ! -e "$prefix/include/scardssp/scardssp.h" ] || wrong 'the rest is not gone' || return
    rmdir "$prefix/bin/scard/inside" "$prefix/bin/scard" && make uninstall PREFIX="$prefix" > "$report" 2>&1 || { cat "$report"; return 1; }
    grep -q "left: $prefix/include/scardssp/" "$report" || wrong "$(cat "$report")" || return
    [ "$(listing "$prefix")" = "$(printf '%s\n' "$prefix/include" "$prefix/include/scardssp" "$prefix/include/scardssp/others.h")" ] || listing "$prefix"
}

inaccessible_on_the_way() {
    mkdir -m 711 "$scratch/home"
    mkdir "$scratch/home/ann"
    if [ "$(id -u)" -eq 0 ]; then
        cp -r "$tree" "$scratch/home/ann/"
        rm -rf "$scratch/home/ann/a tree/build"
        chown -R 65534:65534 "$scratch/home/ann"
        "${nobody[@]}" make -C "$scratch/home/ann/a tree" install PREFIX="$scratch/home/ann/.local" > "$report" 2>&1 || { cat "$report"; return 1; }
    else
        chmod 511 "$scratch/home"
        installs PREFIX="$scratch/home/ann/.local" || return
    fi
    # shellcheck disable=SC2086 # a command and its variables
    (eval "$(to_type "$report" | grep '^export ')" && [ "$(scard)" = 1.2.3 ]) || wrong 'the tool does not run:' "$(cat "$report")"
}
check 'a user installs for himself, below a folder that is not his' inaccessible_on_the_way
check 'what cannot be removed is named and stays in the list; what others made stays' cannot_remove

if [ "$(id -u)" -ne 0 ]; then
    skip 'root installs, the owner of the tree builds on' 'needs root'
    skip "root's checks of somebody's tree ask git what is in it" 'needs root'
    skip 'what root built of old is named' 'needs root'
    exit "$((failures > 0))"
fi

owner_builds_on() {
    rm -rf build
    chown -R 65534:65534 "$tree"
    installs PREFIX="$scratch/roots/x" || return
    [ "$(stat -c %U "$scratch/roots/x/bin/scard")" = root ] || wrong 'what is installed is not root'"'"'s' || return
    local foreign
    foreign=$(python3 -c 'import os
print(*(os.path.join(top, name) for top, folders, files in os.walk(".") for name in folders + files
        if os.lstat(os.path.join(top, name)).st_uid != 65534))')
    [ -z "$foreign" ] || wrong "root's: $foreign" || return
    touch scard.c && "${nobody[@]}" make
}
check 'root installs, the owner of the tree builds on' owner_builds_on

git_is_asked() {
    "${nobody[@]}" git -c init.defaultBranch=main init -q && echo ignored > .gitignore && touch ignored || return
    scripts/check/sources.py > "$report" && grep -q -x scard.c "$report" && ! grep -x ignored "$report"
}
check "root's checks of somebody's tree ask git what is in it" git_is_asked

of_old() {
    chown root build/build.ninja
    refuses 'sudo rm -rf build' "${nobody[@]}" make
}
check 'what root built of old is named' of_old
[ "$failures" -eq 0 ]
