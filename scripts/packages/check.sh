#!/usr/bin/env bash
# The Debian packages in fresh systems: packages/check.sh [--built] [SYSTEM...], SYSTEM: bookworm (Debian 12),
# trixie (13), sid. Default: bookworm trixie. `make check-packages` calls it. In each system the packages are
# built from the archive of `make dist`, with lintian of that system; then, in the system as it was made,
# installed, tried by the scripts of packaging/debian/tests, and purged. --built: those that a former run has
# left in build-dist/SYSTEM are installed, nothing is built. debian/fresh.sh says what it needs. Prints a line
# for each step, then `N passed, M failed, K skipped`; build-debian/SYSTEM/log has all that was said.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/debian/fresh.sh

built=
[ "${1-}" != --built ] || { built=1; shift; }
[ $# -gt 0 ] || set -- bookworm trixie
fresh_begin "$@"
for system in "$@"; do
    echo "==== Debian $(suite_of "$system")"
    kept=$PWD/build-dist/$system given=$place/$system/given
    fresh_system "$system"
    mkdir "$given/packages"
    cp scripts/debian/step.sh scripts/packages/steps.sh "$given"
    cp -r packaging/debian/tests "$given"
    if [ -n "$built" ]; then
        cp "$kept"/*.deb "$given/packages"
    else
        scripts/dist/tarball.sh "$given" > /dev/null
        fresh_run "$system" steps.sh build || continue
        rm -rf "$kept"
        mkdir -p "$kept"
        cp "$given/packages"/* "$kept"
    fi
    fresh_run "$system" steps.sh install || true
done
fresh_verdict
