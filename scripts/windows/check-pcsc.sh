#!/usr/bin/env bash
# The library for Windows on a real smart card service: windows/check-pcsc.sh [SUITE...]. `make
# check-wine-pcsc` calls it, CI does not. A Debian 13 system in build-trixie/ brings a Wine whose winscard.dll
# speaks to pcscd, and 64 and 32 bits in one place; pcscd there has a virtual reader with our card in it.
# Needs root and debootstrap; the system is made once (about two minutes, 2.5 GB) and kept until `make clean`.
# DEBIAN_MIRROR names where its packages come from. Processes, mounts, network and /run are a namespace's own:
# nothing of it is left when this ends, however it ends. Prints TAP, then `N passed, M failed, K skipped`.
# tests/windows/pcsc/ has the tests, build-trixie/logs/ what they said.
set -euo pipefail
cd "$(dirname "$0")/../.."
project=$PWD
self=$project/scripts/windows/check-pcsc.sh
place=$project/build-trixie
root=$place/root
play=tests/windows/pcsc/play.py

if [ "${1-}" = --inside ]; then
    shift
    # Loopback is the only network there is.
    python3 -c 'import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sH14x", b"lo", 0x1 | 0x40))'
    mount -t proc proc /proc
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mkdir -p "$root$project" "$root/run/pcscd"
    mount --bind "$project" "$root$project"
    exec python3 -B "$play" "$root" "$project" "$place/scratch" "$place/logs" "$@"
fi

give_up() {
    echo "windows/check-pcsc.sh: $*" >&2
    exit 2
}

[ "$(id -u)" -eq 0 ] || give_up "needs root: it makes a Debian system, and namespaces to run it in. Try: sudo make check-wine-pcsc"
unshare --mount --pid --net --fork true 2>/dev/null ||
    give_up "not allowed to make namespaces here (a container?): run it on the machine itself, or in a privileged container"
command -v debootstrap >/dev/null || give_up "debootstrap is not installed (apt-get install debootstrap)"


mkdir -p "$place"
exec 9> "$place/.lock"
flock --nonblock 9 || give_up "another one is running in $place"
rm -rf --one-file-system "$place/scratch" "$place/logs"

scripts/debian/root.sh "$root" trixie amd64 libffi8,libssl3t64
if [ ! -f "$root/.both-widths" ]; then
    echo "Adding Wine of both widths and pcscd: about a minute" >&2
    printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d" # no service is to be started
    chmod 755 "$root/usr/sbin/policy-rc.d"
    scripts/debian/in-root.sh "$root" -- sh -ec 'export DEBIAN_FRONTEND=noninteractive LC_ALL=C
        dpkg --add-architecture i386
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends pcscd vsmartcard-vpcd \
            wine wine64 wine32:i386 libpcsclite1 libpcsclite1:i386
        apt-get clean' > "$place/install.log" 2>&1 < /dev/null ||
        { tail -n 20 "$place/install.log" >&2; give_up "Wine could not be installed"; }
    touch "$root/.both-widths"
fi
mkdir "$place/scratch" "$place/logs"

# The script may be ended by a signal, which unshare keeps for itself: it is killed then, and takes all with
# it.
inside=
finish() {
    [ -z "$inside" ] || kill -KILL "$inside" 2>/dev/null || true
    rm -rf --one-file-system "$place/scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
unshare --mount --propagation private --pid --net --fork --kill-child "$self" --inside "$@" < /dev/null 9>&- &
inside=$!
status=0
wait "$inside" || status=$?
inside=
[ "$status" -eq 0 ] || echo "Bail out! the tests ended with $status" > "$place/logs/play.tap"
scripts/count-tests.py "$place"/logs/*.tap
