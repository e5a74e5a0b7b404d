#!/usr/bin/env bash
# Runs a Windows program under Wine: windows/wine-run.sh 64|32 PROGRAM ARG...
#   windows/wine-run.sh 64|32 --stop   ends what still runs in its prefix
#   windows/wine-run.sh 64|32 --ready  makes everything it needs, runs nothing
#   windows/wine-run.sh 64|32 --test PROGRAM ARG...  runs it, and hands on what it printed once it has ended
# Meson calls it so for the tests it has built for Windows. The prefix is build-win64/wine or
# build-win32/wine; SCARDSSP_WINEPREFIX=PATH takes PATH-64 and PATH-32 instead. Where the machine has no
# 32-bit Wine, one in a Debian system of its own is used (build-wine32/, made on first use).
set -euo pipefail
project=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -ge 2 ] || { sed -n '2,8s/^# //p' "$0" >&2; exit 2; }
bits=$1
shift
prefix=${SCARDSSP_WINEPREFIX:+$SCARDSSP_WINEPREFIX-$bits}
prefix=${prefix:-$project/build-win$bits/wine}

export WINEPREFIX=$prefix WINEDEBUG=${WINEDEBUG--all} LANG=C.UTF-8 LC_ALL=C.UTF-8
# No questions about .NET and browsers, no menu entries, no window.
export WINEDLLOVERRIDES=${WINEDLLOVERRIDES-mscoree,mshtml,winemenubuilder.exe=}
unset DISPLAY WAYLAND_DISPLAY
wines=/usr/lib/wine
# Debian's Wine of 64 bits lies at a fixed address below the page that Windows keeps at 7FFE0000. Where the
# kernel puts the heap of such a program by chance, it meets that page once in some thousand starts, and Wine
# gives up before the program has begun.
steady=()
! setarch -R true 2> /dev/null || steady=(setarch -R)
root=
runner=("${steady[@]}")
if [ "$bits" = 64 ]; then
    wine=$wines/wine64 server=$wines/wineserver64
elif [ "$bits" = 32 ]; then
    wine=$wines/wine server=$wines/wineserver32
    if [ ! -x "$wine" ]; then
        root=${SCARDSSP_WINE32_ROOT:-$project/build-wine32}
        runner=("${steady[@]}" "$project/scripts/debian/in-root.sh" "$root" "$project" "$(dirname "$prefix")" --)
        export HOME=/root
    fi
else
    echo "windows/wine-run.sh: 64 or 32 bits, not $bits" >&2
    exit 2
fi

ready=$prefix/.ready-2 # another number has prefixes that an older script made done again
[ -n "$root" ] || [ -x "$wine" ] ||
    { echo "windows/wine-run.sh: there is no $wine: Wine of $bits bits is not installed (scripts/install-deps.sh wine)" >&2; exit 2; }
is_ready() {
    [ -f "$ready" ] && { [ -z "$root" ] || [ -f "$root/.complete" ]; }
}

# Everything that is made once, by the first of several tests at a time.
make_ready() {
    [ -z "$root" ] || "$project/scripts/debian/root.sh" "$root" bookworm i386 wine32
    mkdir -p "$prefix"
    "${runner[@]}" "$wine" wineboot --init > "$prefix/wineboot.log" 2>&1 < /dev/null ||
        { cat "$prefix/wineboot.log" >&2; echo "windows/wine-run.sh: Wine could not make $prefix, see above why. Is there room? Then: rm -rf $prefix, and again" >&2; return 1; }
    # Windows without a screen for the tests of dialogs; and none that waits for somebody when a program has
    # crashed.
    "${runner[@]}" "$wine" reg add 'HKCU\Software\Wine\Drivers' /v Graphics /d null /f > /dev/null
    "${runner[@]}" "$wine" reg add 'HKCU\Software\Wine\WineDbg' /v ShowCrashDialog /t REG_DWORD /d 0 /f > /dev/null
    "${runner[@]}" "$server" --kill || true
    "${runner[@]}" "$server" --wait
    touch "$ready"
}

if [ "$1" = --stop ]; then
    ! is_ready || "${runner[@]}" "$server" --kill || true
    exit 0
fi
if ! is_ready; then
    mkdir -p "$(dirname "$prefix")"
    (
        flock 9
        is_ready || make_ready
    ) 9> "$prefix.lock"
fi
[ "$1" != --ready ] || exit 0
collected=
if [ "$1" = --test ]; then
    shift
    collected=$(mktemp -d)
fi
# What Wine keeps running in the background must not have our standard streams: who reads them would wait for
# its end, too. So it is started here, and by one at a time: where a second program finds a server whose
# services are still to come, they become that program's own. It stays for minutes, because a start takes ten
# times as long as a program, and a server that ends just before a program begins is started by the program.
start_server() {
    local _
    for _ in 1 2 3 4 5; do
        ! "${runner[@]}" "$server" -p300 || break
        "${runner[@]}" "$server" --wait # one that ends has the place still
    done
    "${runner[@]}" "$wine" cmd /c exit
}
{
    flock 9 || true
    { "${runner[@]}" "$server" -k0 || start_server; } 9>&- || true
} 9> "$prefix.start" > /dev/null 2>&1 < /dev/null
[ -n "$collected" ] || exec "${runner[@]}" "$wine" "$@"

# A program that makes a window starts Wine's desktop, which inherits where the program prints to and stays
# for as long as anybody has windows. A pipe would be open as long, and its reader would wait; a file need not
# be waited for.
hand_on() {
    cat "$collected/out"
    cat "$collected/err" >&2
    rm -rf "$collected"
}
trap hand_on EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
status=0
"${runner[@]}" "$wine" "$@" > "$collected/out" 2> "$collected/err" || status=$?
exit "$status"
