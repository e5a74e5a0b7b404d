#!/usr/bin/env bash
# Tells winget and Chocolatey of the zips in a folder: windows/manifests.sh FOLDER ADDRESS. FOLDER/winget gets
# the three files of winget's list of packages, FOLDER/chocolatey what `choco pack` makes a package of, both
# with the sums of the zips and ADDRESS, where these are going to lie.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$1 address=${2%/}
version=$(sed -n "s/^  version : '\(.*\)',/\1/p" meson.build)
sum() { # BITS
    sha256sum "$folder/scardssp-$version-win$1.zip" | tr a-f A-F | cut -c -64
}
sum64=$(sum 64) sum32=$(sum 32)
for from in packaging/windows/winget/*.in packaging/windows/chocolatey/*.in packaging/windows/chocolatey/tools/*.in; do
    to=$folder/${from#packaging/windows/}
    to=${to%.in}
    mkdir -p "$(dirname "$to")"
    sed -e "s|@VERSION@|$version|g; s|@ADDRESS@|$address|g; s|@SHA256_64@|$sum64|g; s|@SHA256_32@|$sum32|g" \
        -e 's/$/\r/' "$from" > "$to"
    echo "$to"
done
