#!/usr/bin/env bash
# Builds the Debian packages into FOLDER: packages/deb.sh FOLDER [OPTION-OF-DPKG-BUILDPACKAGE...]. `make
# deb`, packages/steps.sh and dist/reproducible.sh call it. It goes the way of a distribution: the archive
# of `make dist` is unpacked, the packaging is laid beside it as debian/, dpkg-buildpackage does the rest.
# Without DEB_BUILD_OPTIONS the package's own tests are left out: `make check` has more of them. With
# DEB_VENDOR=Ubuntu it is built in Ubuntu's way, on Debian, too: link-time optimisation and what else dpkg
# adds there.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift
export DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS-nocheck} SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(scripts/dist/date.sh)
# Archives have the modes of their files, and these are nobody's own.
umask 022
version=$(sed -n "s/^  version : '\(.*\)',/\1/p" meson.build)

work=$folder/.deb
rm -rf "$work"
mkdir "$work"
trap 'rm -rf "$work"' EXIT
archive=$(scripts/dist/tarball.sh "$work")
mv "$archive" "$work/scardssp_$version.orig.tar.xz"
tar -C "$work" -xf "$work/scardssp_$version.orig.tar.xz"
if [ "${DEB_VENDOR-}" = Ubuntu ]; then
    # dpkg has a vendor's flags where it has a file of the vendor; the compiler there has this by itself.
    export DPKG_ORIGINS_DIR=$work/origins DEB_CPPFLAGS_APPEND='-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3'
    mkdir "$work/origins"
    cp /etc/dpkg/origins/* "$work/origins"
    [ -e "$work/origins/ubuntu" ] || printf 'Vendor: Ubuntu\nParent: Debian\n' > "$work/origins/ubuntu"
fi
cp -r "$work/scardssp-$version/packaging/debian" "$work/scardssp-$version/debian"
(cd "$work/scardssp-$version" && dpkg-buildpackage --no-sign "$@")
# What a former run left under other versions is not to be taken for this one's.
rm -f "$folder"/{*.deb,*.ddeb,scardssp_*.{dsc,changes,buildinfo,orig.tar.xz,debian.tar.xz}}
find "$work" -maxdepth 1 -type f -exec mv -t "$folder" {} +
ls "$folder"/*.deb
