#!/usr/bin/env bash
# Checks that the files speak of the project only: no path of somebody's machine, no package registry, no word
# of how the work was organised; and that nothing is called by a name that a later library has given up, where
# Debian 12's does not warn. Prints offenders, exit status 1.
set -euo pipefail
cd "$(dirname "$0")/../.."

patterns=(
    '(^|[^A-Za-z0-9_./])/(root|home|work|Users)/[A-Za-z0-9._-]+'          # paths of one machine
    '/tmp/(build|house)'                                                    # a scratch directory left behind
    '(deb|snapshot|security)\.debian\.org|pypi\.org|registry\.npmjs|archive\.ubuntu' # package registries
    '\b(issue|ticket|task) ?#?[0-9]+\b'                                     # numbers of a tracker
    '\bthis (coding )?session\b|\bsession [0-9]+\b|\bsubagent|\bhelper session'
    '\b(TODO|FIXME|XXX|HACK)\b[: ]'                                         # notes to oneself; a known gap is a test
    '\bassert_(not_)?in_range\('                                            # cmocka 2 says assert_int_in_range
)
status=0
mapfile -t files < <(scripts/check/sources.py | grep -v -x -e scripts/check/words.sh -e LICENSE)
[ "${#files[@]}" -gt 10 ] || { echo "no files found: is this the right tree?"; exit 1; }
for pattern in "${patterns[@]}"; do
    if grep -I -n -P -- "$pattern" "${files[@]}"; then
        status=1
    fi
done
exit "$status"
