#!/usr/bin/env bash
# What is done with the Debian packages in a fresh system: packages/steps.sh FOLDER build|install
# build: from the archive in FOLDER to packages in FOLDER/packages. install: puts these in place, runs each of
# FOLDER/tests as debian/tests/control says, reinstalls and purges. Prints a line for each step; all that was
# said goes to FOLDER/log, passed, failed and skipped to FOLDER/counts. packages/check.sh runs it, alone in
# the system.
set -uo pipefail
[ $# -eq 2 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
given=$1 log=$1/log
. "$given/step.sh"

# An archive is of one folder. What the packages are built with is what they say, and nothing else.
build_needs() {
    apt-get update && apt-get install -y --no-install-recommends dpkg-dev xz-utils lintian || return
    mkdir "$HOME/tree" && tar -C "$HOME/tree" --strip-components=1 -xf "$given"/scardssp-*.tar.xz &&
        cp -r "$HOME/tree/packaging/debian" "$HOME/tree/debian" &&
        apt-get build-dep -y --no-install-recommends -P nocheck "$HOME/tree" && rm -r "$HOME/tree/debian"
}

build() {
    cd "$HOME/tree" && DEB_BUILD_PROFILES=nocheck scripts/packages/deb.sh "$given/packages"
}

lintian_silent() {
    local said status=0
    said=$("$HOME/tree/scripts/packages/lintian.sh" "$given/packages" 2>&1) || status=$?
    [ -z "$said" ] || printf '%s\n' "$said"
    [ "$status" -eq 0 ] && [ -z "$said" ]
}

install_packages() {
    apt-get update && cd "$given/packages" && apt-get install -y ./*.deb
}

# A test as autopkgtest runs it: with what it says it needs, in a folder of its own; who says something on
# stderr has failed.
run_test() { # NAME NEEDS
    apt-get install -y --no-install-recommends $2 || return
    export AUTOPKGTEST_TMP=$HOME/test-$1
    mkdir -p "$AUTOPKGTEST_TMP" && cd "$AUTOPKGTEST_TMP" && "$given/tests/$1" 2> "$AUTOPKGTEST_TMP/.stderr"
    local status=$?
    cat "$AUTOPKGTEST_TMP/.stderr"
    [ ! -s "$AUTOPKGTEST_TMP/.stderr" ] || { echo "something was said on stderr"; return 1; }
    return "$status"
}

run_tests() {
    local word rest name=
    while read -r word rest; do
        case $word in
            Tests:) name=$rest ;;
            Depends:) step "debian/tests/$name" run_test "$name" "${rest//,/}" ;;
        esac
    done < "$given/tests/control"
    [ -n "$name" ]
}

ours() {
    dpkg-deb -f "$1" Package
}

reinstall() {
    cd "$given/packages" && apt-get install -y --reinstall ./*.deb && scard --version
}

# What an administrator has put into /etc/scardssp stays, as does the user who may own files. A folder `scard`
# is one of pyscard.
purge() {
    local packages
    packages=$(for package in "$given"/packages/*.deb; do ours "$package"; done)
    apt-get purge -y $packages || return
    local left
    left=$(find /usr /etc /lib /var/lib -xdev \( -name '*scardssp*' -o -name 'scard-share*' -o -name scard ! -type d \) ! -path '/usr/share/doc/*' ! -path '/var/lib/apt/*')
    [ -z "$left" ] || { echo "left after purging: $left"; return 1; }
    ! dpkg-query -W -f '${Package} ${db:Status-Status}\n' | grep scardssp | grep -v not-installed
}

if [ "$2" = build ]; then
    step 'what the packages are built with' build_needs
    [ "$failed" -eq 0 ] || stopped=1
    step 'packages' build
    [ "$failed" -eq 0 ] || stopped=1
    step 'lintian has nothing to say' lintian_silent
else
    step 'apt-get install ./*.deb' install_packages
    [ "$failed" -eq 0 ] || stopped=1
    run_tests || failed=$((failed + 1))
    step 'installed again' reinstall
    step 'purged, and nothing is left' purge
fi
echo "$passed $failed $skipped" > "$given/counts"
[ "$failed" -eq 0 ] && [ "$skipped" -eq 0 ]
