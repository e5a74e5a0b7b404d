#!/usr/bin/env bash
# A real installation, as a stranger meets it: stranger.sh BUILD_DIR. Part of run.sh. Nothing is staged and
# nobody is told where to look: the shell, the loader, pkg-config and man find what they find. It happens in a
# mount namespace in which /usr and /etc are a layer over the machine's own, or, where that is not allowed,
# /usr/local and /etc a copy of what matters.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
source ./tap.sh
root=$(cd ../.. && pwd)

if [ "${1-}" != --inside ]; then
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    own=()
    [ "$(id -u)" -eq 0 ] || own=(--map-root-user)
    if ! unshare "${own[@]}" --mount mount -t tmpfs tmpfs "$scratch" 2> /dev/null; then
        skip 'a real installation' 'no right to make a mount namespace here'
        exit 0
    fi
    # A stranger's environment: his own shell's.
    unshare "${own[@]}" --mount --propagation private env -i HOME="$scratch/home" LANG=C.UTF-8 TERM=dumb CI="${CI-}" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$PWD/stranger.sh" --inside "$1" "$scratch"
    exit
fi
build=$2
scratch=$3
mount -t tmpfs tmpfs "$scratch" || exit 2
mkdir -p "$HOME" "$scratch/outside"
report=$scratch/report

layered() { # FOLDER PART: what is written to it goes away with the namespace. Fails where PART of it cannot be written to
    mkdir -p "$scratch/layer$1/"{upper,work}
    mount -t overlay overlay -o "lowerdir=$1,upperdir=$scratch/layer$1/upper,workdir=$scratch/layer$1/work" "$1" 2> /dev/null &&
        touch "$1/$2/.written" 2> /dev/null && rm "$1/$2/.written"
}

# For who may not lay a file system over root's: folders of his own on the way to what an installation makes,
# links to the rest.
copied() {
    local arch folder target entry
    arch=$(cc -print-multiarch 2> /dev/null)
    mkdir "$scratch/etc" "$scratch/local"
    cp -rP /etc/. "$scratch/etc" 2> /dev/null # what others may not read is of no use here
    mount --bind "$scratch/etc" /etc && mount --rbind /usr/local "$scratch/local" && mount -t tmpfs tmpfs /usr/local || return
    for folder in . bin include lib ${arch:+"lib/$arch"} share share/man share/man/man1 share/man/man3 share/man/man7 share/doc share/bash-completion \
                  share/bash-completion/completions share/zsh share/zsh/site-functions share/fish share/fish/vendor_completions.d \
                  lib/systemd lib/systemd/system lib/sysusers.d lib/tmpfiles.d share/polkit-1 share/polkit-1/rules.d; do
        target=/usr/local/$folder
        [ ! -L "$target" ] || rm "$target"
        mkdir -p "$target"
        for entry in "$scratch/local/$folder"/*; do
            [[ ! -e $entry || ${entry##*/} = *scard* ]] || ln -s "$entry" "$target/"
        done
    done
}
if layered /usr bin && layered /etc ld.so.conf.d; then
    prefixes=(/usr /usr/local)
    # This machine may have it already.
    rm -rf /usr/{,local/}{bin/scard,include/scardssp,share/scardssp,share/man/man1/scard{,-*}.1*,share/man/man3/{{scardssp,SCARDSSP,Scardssp,ISCard,IByteBuffer,CSCard,CByteBuffer}*.3*,*.3scardssp*},share/man/man7/{scardssp,SCARDSSP}*,share/doc/scardssp,share/bash-completion/completions/scard,share/zsh/site-functions/_scard,share/fish/vendor_completions.d/scard.fish,lib/{systemd/system/scard-share.service,sysusers.d/scard-share.conf,tmpfiles.d/scard-share.conf},share/polkit-1/rules.d/scard-share.rules,lib*/{,*/}{libscardssp.so*,scardssp,pkgconfig/scardssp*}}
else
    umount /usr /etc 2> /dev/null
    copied || exit 2
    prefixes=(/usr/local)
fi
[ ! -d /var/cache/ldconfig ] || mount -t tmpfs tmpfs /var/cache/ldconfig
rm -f /etc/ld.so.conf.d/scardssp.conf
ldconfig
if [ -e /usr/bin/scard ]; then
    skip 'a real installation' 'scardssp is installed under /usr already, and only root can hide that'
    exit 0
fi

# Types `make` as the README writes it: in the folder of the clone, for the build that is there.
make() {
    command make -C "$root" "$@" BUILD="$build"
}

first_minute() {
    # The files are copied: what is built must not find anything beside it.
    cp -r "$root/examples" "$scratch/outside/" && cd "$scratch/outside" || return
    (export root build; export -f make; bash -e examples/first-minute.sh) > "$scratch/minute" 2>&1 &&
        grep -q -x attached "$scratch/minute" || wrong "$(tail -n 30 "$scratch/minute")"
}

installs() {
    make install "${arguments[@]}" > "$report" 2>&1 || { cat "$report"; return 1; }
    [ -z "$(to_type "$report")" ] || wrong 'says that something is to be done:' "$(to_type "$report")"
}

tool_runs() {
    hash -r
    [ "$(command -v scard)" = "$prefix/bin/scard" ] || wrong "the shell finds $(command -v scard)" || return
    [ "$(scard --version)" = "scard $(version "$root")" ] || wrong "$(scard --version 2>&1)" || return
    ! readelf -d "$prefix/bin/scard" | grep libscardssp || wrong 'the tool needs the library, which it has inside' || return
    [ "$(LD_TRACE_LOADED_OBJECTS=1 LD_PRELOAD=libscardssp.so.0 "$prefix/bin/scard" | sed -n 's/.*libscardssp.so.0 => \([^ ]*\).*/\1/p')" -ef \
        "$(told "$report" library)" ] || wrong 'the loader finds another library, or none' || return
    scard help > "$scratch/help" && grep -q reattach "$scratch/help" || wrong 'no help' || return
    scard --rm sim list > "$scratch/list" && grep -q ATR "$scratch/list" || wrong 'scard list shows nothing'
}

manual_opens() {
    [ "$(man -w scard)" -ef "$(told "$report" manual)" ] || wrong "man finds $(man -w scard 2>&1)" || return
    man -P cat 3 scardssp_transmit > "$scratch/page" 2> "$scratch/warnings" && grep -q 'SCARD_W_RESET_CARD' "$scratch/page" || wrong 'no page of scardssp_transmit()' || return
    man -P cat 3 CoCreateInstance > "$scratch/page" 2> "$scratch/warnings" && grep -q 'CLASS_E_NOAGGREGATION' "$scratch/page" || wrong 'no page of CoCreateInstance()' || return
    man -P cat scard apdu > "$scratch/page" 2> "$scratch/warnings" && grep -q 'GET RESPONSE' "$scratch/page" || wrong 'no page of scard apdu' || return
    man -P cat scard > "$scratch/page" 2> "$scratch/warnings" && grep -q 'talk to smart cards' "$scratch/page" &&
        [ ! -s "$scratch/warnings" ] || wrong "$(cat "$scratch/warnings")"
}

# The package, and that nobody else's .pc file is needed: with no other in sight the same comes out.
package_alone() {
    local package=$1 question folder
    folder=$(pkg-config --variable=pcfiledir "$package") || return
    [ "$(pkg-config --modversion "$package")" = "$(version "$root")" ] || wrong 'wrong version' || return
    for question in --cflags --libs --static\ --libs --static\ --cflags --print-errors\ --exists; do
        # shellcheck disable=SC2086 # one or two words
        [ "$(pkg-config $question "$package")" = "$(PKG_CONFIG_LIBDIR=$folder pkg-config $question "$package")" ] || wrong "$question differs" || return
    done
    [ "$(pkg-config --libs "$package" | tr ' ' '\n' | grep '^-l')" = -lscardssp ] || wrong "more than -lscardssp: $(pkg-config --libs "$package")"
}
package_flags() {
    package_alone scardssp && package_alone scardssp-windows || return
    pkg-config --cflags scardssp | grep -q -e "-I$prefix/include/scardssp" || wrong 'no path to the headers' || return
    ! pkg-config --cflags scardssp | grep -q windows || wrong "windows.h is in everybody's path" || return
    pkg-config --cflags scardssp-windows | grep -q "$prefix/include/scardssp/windows" || wrong 'no path to windows.h'
}

program() { # PACKAGE COMPILER STANDARD SOURCE: builds it with what pkg-config says, and runs it
    cp "$root/tests/install/$4" "$scratch/outside/" && cd "$scratch/outside" || return
    # shellcheck disable=SC2046 # words
    "$2" "-std=$3" -Wall -Wextra -Wpedantic -Werror "$4" -o program $(pkg-config --cflags --libs "$1") && SCARDSSP_RM=sim ./program
}

leaves_nothing() {
    local build=$scratch/gone
    make uninstall "${arguments[@]}" || return
    diff "$scratch/before" <(listing "$prefix"/{bin,include,lib*,share} /etc) || wrong 'other files than before' || return
    ! ldconfig -p | grep scardssp || wrong 'the loader knows what is gone'
}

unusual() {
    prefix=$scratch/elsewhere
    arguments=(PREFIX="$prefix")
    make install "${arguments[@]}" > "$report" 2>&1 || { cat "$report"; return 1; }
    to_type "$report" > "$scratch/lines"
    grep -q /etc/ld.so.conf.d/ "$scratch/lines" || wrong 'the loader will not find it, and nobody says so' || return
    source "$scratch/lines"
    tool_runs && package_flags && program scardssp gcc c11 consumer.c || return
    make install "${arguments[@]}" > "$report" 2>&1 && [ -z "$(to_type "$report")" ] || wrong 'told again:' "$(to_type "$report")" || return
    make uninstall "${arguments[@]}" && [ ! -e "$prefix" ] && rm /etc/ld.so.conf.d/scardssp.conf
}
check 'an unusual PREFIX, and what the front door says is to be typed for it' unusual

for prefix in "${prefixes[@]}"; do
    arguments=()
    [ "$prefix" = /usr/local ] || arguments=(PREFIX="$prefix")
    listing "$prefix"/{bin,include,lib*,share} /etc > "$scratch/before"
    [ "$prefix" != /usr/local ] || check 'the first minute of the README' first_minute
    check "make install${arguments:+ ${arguments[*]}}: nothing is left to do" installs
    check "$prefix: the shell finds the tool, the loader the library" tool_runs
    if command -v man > /dev/null; then
        check "$prefix: man scard" manual_opens
    else
        skip "$prefix: man scard" 'man-db is not installed'
    fi
    check "$prefix: pkg-config needs no .pc file but ours" package_flags
    check "$prefix: a C program" program scardssp gcc c11 consumer.c
    if [ "$prefix" = /usr/local ]; then
        check "$prefix: a C++ program" program scardssp g++ c++17 consumer.cpp
        check "$prefix: a program with <windows.h>" program scardssp-windows g++ c++17 page.cpp
    fi
    check "make uninstall${arguments:+ ${arguments[*]}}: all is as it was" leaves_nothing
done
[ "$failures" -eq 0 ]
