#!/usr/bin/env bash
# Tries what `make check-packages` does in a fresh system, without one: scripts/packages/steps.sh with
# programs of Debian that only say what they are told to do, and tests of a package that fail in each way; and
# what `make deb` and `make rpm` make of what lintian and rpmlint have to say. Reports in TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. tests/support/kits/tap.sh

stub() { # NAME BODY
    printf '#!/bin/sh\n%s\n' "$2" > "$scratch/bin/$1"
    chmod 755 "$scratch/bin/$1"
}

fresh() { # TEST BODY...: packages that bring these tests
    rm -rf "$scratch"/{bin,given,home}
    mkdir -p "$scratch"/{bin,home,given/packages,given/tests}
    cp scripts/debian/step.sh "$scratch/given"
    touch "$scratch/given/packages/one.deb"
    stub apt-get 'echo apt-get "$@"'
    stub dpkg-deb 'echo one'
    stub dpkg-query 'echo one not-installed'
    stub find ':' # what a purge has left in the system
    stub scard 'echo scard 1.0'
    while [ $# -gt 0 ]; do
        printf 'Tests: %s\nDepends: needs-a, needs-b\n\n' "$1" >> "$scratch/given/tests/control"
        printf '#!/bin/sh\n%s\n' "$2" > "$scratch/given/tests/$1"
        chmod 755 "$scratch/given/tests/$1"
        shift 2
    done
}

stage=install
told() { # STATUS COUNTS LINE...
    local status=0 line
    HOME=$scratch/home PATH=$scratch/bin:$PATH scripts/packages/steps.sh "$scratch/given" "$stage" > "$scratch/said" 2>&1 || status=$?
    [ "$status" -eq "$1" ] && [ "$(cat "$scratch/given/counts")" = "$2" ] || { echo "exit status $status"; cat "$scratch/said"; return 1; }
    shift 2
    for line in "$@"; do
        sed 's/ [0-9]* s / /' "$scratch/said" | tr -s ' ' | grep -q -x -F -e "$line" || { echo "missing: $line"; cat "$scratch/said"; return 1; }
    done
}

fresh good 'echo fine; pwd > "$AUTOPKGTEST_TMP/here"'
tap_check 'packages are installed, tried, installed again and purged' told 0 '4 0 0' 'passed apt-get install ./*.deb' \
    'passed debian/tests/good' 'passed installed again' 'passed purged, and nothing is left'
tap_check 'a test gets what it says it needs' grep -q -x 'apt-get install -y --no-install-recommends needs-a needs-b' "$scratch/given/log"
fresh bad 'echo why; exit 3' good :
tap_check 'a test that fails is told, and the others go on' told 1 '4 1 0' 'FAILED debian/tests/bad: exit status 3' ' | why' 'passed debian/tests/good'
fresh loud 'echo warning >&2'
tap_check 'so is one that complains' told 1 '3 1 0' 'FAILED debian/tests/loud: exit status 1' ' | something was said on stderr'
fresh
tap_check 'packages without tests are not good' told 1 '3 1 0'
fresh good :
stub find 'echo /etc/scardssp'
tap_check 'what a purge leaves is named' told 1 '3 1 0' ' | left after purging: /etc/scardssp'
fresh good :
stub apt-get 'exit 100'
tap_check 'where they cannot be installed nothing goes on' told 1 '0 1 3' 'skipped debian/tests/good'

# An archive whose scripts only say what they do.
archive() { # WHAT-DEB.SH-DOES
    fresh
    mkdir -p "$scratch"/{tree/scardssp-1/packaging/debian,tree/scardssp-1/scripts/packages}
    printf '#!/bin/sh\n%s\n' "$1" > "$scratch/tree/scardssp-1/scripts/packages/deb.sh"
    cp scripts/packages/lintian.sh "$scratch/tree/scardssp-1/scripts/packages"
    chmod 755 "$scratch/tree/scardssp-1/scripts/packages/deb.sh"
    tar -C "$scratch/tree" -cJf "$scratch/given/scardssp-1.tar.xz" scardssp-1
    touch "$scratch/given/packages/scardssp_1.changes"
    stub lintian :
}
stage=build
archive 'echo built into "$1"'
tap_check 'packages are built, and looked over' told 0 '3 0 0' 'passed what the packages are built with' 'passed packages' \
    'passed lintian has nothing to say'
archive 'echo no compiler; exit 2'
tap_check 'packages that cannot be built' told 1 '1 1 1' 'FAILED packages: exit status 2' ' | no compiler' 'skipped lintian has nothing to say'
archive :
stub lintian 'echo "W: scardssp: bad-thing"'
tap_check 'packages of which lintian has something to say' told 1 '2 1 0' 'FAILED lintian has nothing to say: exit status 1' ' | W: scardssp: bad-thing'
archive :
stub apt-get 'exit 100'
tap_check 'where there is nothing to build with nothing goes on' told 1 '0 1 2' 'skipped packages'

modes() { # of what the packages are made of, by somebody who lets nobody else read
    fresh
    rm "$scratch/bin/find" # this one is to work
    stub dpkg-buildpackage 'stat -c "%a %n" debian debian/control debian/rules > ../modes.deb'
    (umask 077 && PATH=$scratch/bin:$PATH scripts/packages/deb.sh "$scratch/deb" > /dev/null) || return
    diff - "$scratch/deb/modes.deb" <<< $'755 debian\n644 debian/control\n755 debian/rules'
}
tap_check 'packages are made of files that everybody may read' modes
stub lintian 'case "$*" in *"--fail-on error,warning"*) echo "W: x"; exit 2 ;; esac'
tap_check 'make deb fails on a warning' eval '! PATH=$scratch/bin:$PATH scripts/packages/lintian.sh "$scratch/given/packages"'
specified() { # STATUS LAST-LINE: what rpmlint says at last; its own exit status is 0 all the same
    local status=0
    stub rpmlint "echo '$2'"
    PATH=$scratch/bin:$PATH scripts/packages/rpm.sh "$scratch/rpm" --no-build > "$scratch/said" 2>&1 || status=$?
    [ "$status" -eq "$1" ] || { echo "exit status $status"; cat "$scratch/said"; return 1; }
}
tap_check 'make rpm goes on where rpmlint has nothing to say' specified 0 '0 packages and 1 specfiles checked; 0 errors, 0 warnings.'
tap_check 'and fails on a warning' specified 1 '0 packages and 1 specfiles checked; 0 errors, 1 warnings.'
tap_check 'and on an error' specified 1 '0 packages and 1 specfiles checked; 1 errors, 0 warnings.'
tap_plan
