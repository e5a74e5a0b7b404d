#!/usr/bin/env bash
# The project in fresh Debian systems, as a newcomer meets it: debian/check.sh [--quick] [SYSTEM...]
# SYSTEM: bookworm (Debian 12), trixie (13), sid (what comes next; its packages change daily, so those met are
# named), i386 (12, of 32 bits). Default: bookworm trixie. --quick leaves out the tests. `make check-debian`
# calls it, CI does not. What is committed is cloned, nothing else is seen. Each system is made once and kept
# in build-debian/, with the packages it has loaded, until `make clean`; every run begins with it as it was.
# Needs root, debootstrap and a mirror of Debian (DEBIAN_MIRROR names one), 4 GB; takes half an hour for a
# system with all tests of Linux and Windows, as bookworm and trixie have them. Prints a line for each step,
# then `N passed, M failed, K skipped`; build-debian/SYSTEM/log has all that was said.
set -euo pipefail
cd "$(dirname "$0")/../.."
place=$PWD/build-debian

give_up() {
    echo "debian/check.sh: $*" >&2
    exit 2
}

suite_of() { # SYSTEM: prints suite, architecture, and which tests there are
    case $1 in
        bookworm | trixie) echo "$1 amd64 all" ;;
        sid) echo "sid amd64 linux" ;;
        i386) echo "bookworm i386 linux" ;;
        *) return 1 ;;
    esac
}

quick=
[ "${1-}" != --quick ] || { quick=1; shift; }
[ $# -gt 0 ] || set -- bookworm trixie
for system in "$@"; do
    suite_of "$system" > /dev/null || give_up "no system '$system' (bookworm trixie sid i386)"
done
[ "$(id -u)" -eq 0 ] || give_up "needs root: it makes Debian systems, and namespaces to run them in. Try: sudo make check-debian"
unshare --mount --pid --fork true 2>/dev/null ||
    give_up "not allowed to make namespaces here (a container?): run it on the machine itself, or in a privileged container"
command -v debootstrap >/dev/null || give_up "debootstrap is not installed (apt-get install debootstrap)"
[ -z "$(git status --porcelain --untracked-files=no)" ] || echo "note: changes that are not committed are not tried" >&2

mkdir -p "$place"
exec 9> "$place/.lock"
flock --nonblock 9 || give_up "another one is running in $place"
inside=
finish() {
    # unshare keeps signals to itself: it is killed, and takes all with it.
    [ -z "$inside" ] || { kill -KILL "$inside" && wait "$inside"; } 2>/dev/null || true
    rm -rf --one-file-system "$place"/*/run
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

prepare() { # SYSTEM SUITE ARCHITECTURE: the system that a run begins with, and what is cloned
    local home=$place/$1
    scripts/debian/root.sh "$home/system" "$2" "$3" ca-certificates
    # No service is to be started; packages are loaded once; a mirror may be behind sid's dates.
    printf '#!/bin/sh\nexit 101\n' > "$home/system/usr/sbin/policy-rc.d"
    chmod 755 "$home/system/usr/sbin/policy-rc.d"
    printf '%s\n' "Dir::Cache::archives \"$home/packages\";" 'APT::Keep-Downloaded-Packages "true";' \
        'Acquire::Check-Valid-Until "false";' > "$home/system/etc/apt/apt.conf.d/90check-debian"
    mkdir -p "$home/packages/partial"
    rm -rf --one-file-system "$home/given" "$home/log"
    mkdir "$home/given"
    git clone --quiet --bare --no-local . "$home/given/scardssp.git"
    cp scripts/debian/steps.sh "$home/given"
    ln -s given/log "$home/log"
}

run() { # SYSTEM SUITE ARCHITECTURE EXTENT
    local home=$place/$1 status=0
    scripts/debian/in-root.sh --fresh "$home/run" "$home/system" "$home/given" "$home/packages" -- \
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        ${http_proxy:+"http_proxy=$http_proxy"} \
        "$home/given/steps.sh" "$home/given" "$4" 9>&- &
    inside=$!
    wait "$inside" || status=$?
    inside=
    rm -rf --one-file-system "$home/run"
    read -r passed failed skipped < "$home/given/counts" ||
        { echo "FAILED         stopped before the end: exit status $status"; failed=1; }
    [ "$failed" -eq 0 ] || echo "build-debian/$1/log has all that was said"
}

all_passed=0 all_failed=0 all_skipped=0
for system in "$@"; do
    read -r suite architecture extent < <(suite_of "$system")
    passed=0 failed=0 skipped=0
    [ -z "$quick" ] || extent=quick
    echo "==== Debian $suite ($architecture)"
    prepare "$system" "$suite" "$architecture"
    run "$system" "$suite" "$architecture" "$extent"
    all_passed=$((all_passed + passed)) all_failed=$((all_failed + failed)) all_skipped=$((all_skipped + skipped))
done
echo "$all_passed passed, $all_failed failed, $all_skipped skipped"
[ "$all_failed" -eq 0 ] && [ "$all_skipped" -eq 0 ] && [ "$all_passed" -gt 0 ]
