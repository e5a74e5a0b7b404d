#!/usr/bin/env bash
# Looks the RPM specification over and builds the packages into FOLDER: packages/rpm.sh FOLDER [--no-build].
# `make rpm` calls it. On a system of another kind, as Debian is, what the packages are built with is there
# under other names, and RPM is told not to ask.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mkdir -p "$1" && cd "$1" && pwd)
specification=packaging/rpm/scardssp.spec

# Its exit status is 0 in spite of warnings, of which there are none either.
rpmlint --rpmlintrc packaging/rpm/scardssp.rpmlintrc "$specification" | tee "$folder/.rpmlint"
said=$(tail -n 1 "$folder/.rpmlint")
rm "$folder/.rpmlint"
[[ $said == *'0 errors, 0 warnings'* ]] || { echo "packages/rpm.sh: rpmlint should have nothing to say" >&2; exit 1; }
[ "${2-}" != --no-build ] || exit 0

work=$folder/.rpm
rm -rf "$work"
mkdir "$work"
trap 'rm -rf "$work"' EXIT
mkdir "$work/SOURCES"
scripts/dist/tarball.sh "$work/SOURCES" > /dev/null
foreign=()
[ ! -e /etc/debian_version ] || foreign=(--nodeps)
SOURCE_DATE_EPOCH=$(scripts/dist/date.sh) rpmbuild -bb --quiet "${foreign[@]}" --define "_topdir $work" "$specification"
rm -f "$folder"/*.rpm
find "$work/RPMS" -name '*.rpm' -exec mv -t "$folder" {} +
ls "$folder"/*.rpm
