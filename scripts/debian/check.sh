#!/usr/bin/env bash
# The project in fresh Debian systems, as a newcomer meets it: debian/check.sh [--quick|--linux] [SYSTEM...]
# SYSTEM: bookworm (Debian 12), trixie (13), sid (what comes next; its packages change daily, so those met are
# named), i386 (12, of 32 bits). Default: bookworm trixie. --quick leaves out the tests, --linux those of
# Windows. `make check-debian` calls it, CI does not. What is committed is cloned, nothing else is seen.
# debian/fresh.sh says what is needed, beside 4 GB; takes half an hour for a system with all tests of Linux
# and Windows, as bookworm and trixie have them. Prints a line for each step, then `N passed, M failed, K
# skipped`; build-debian/SYSTEM/log has all that was said.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/debian/fresh.sh

extent=
extent_of() { # SYSTEM: which tests there are
    [ -z "$extent" ] || { echo "$extent"; return; }
    case $1 in
        bookworm | trixie) echo all ;;
        *) echo linux ;;
    esac
}

case ${1-} in
    --quick | --linux) extent=${1#--}; shift ;;
esac
[ $# -gt 0 ] || set -- bookworm trixie
fresh_begin "$@"
[ -z "$(git status --porcelain --untracked-files=no)" ] || echo "note: changes that are not committed are not tried" >&2
for system in "$@"; do
    echo "==== Debian $(suite_of "$system")"
    fresh_system "$system"
    git clone --quiet --bare --no-local . "$place/$system/given/scardssp.git"
    cp scripts/debian/step{,s}.sh "$place/$system/given"
    fresh_run "$system" steps.sh "$(extent_of "$system")" || true
done
fresh_verdict
