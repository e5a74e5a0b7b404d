#!/usr/bin/env bash
# Makes a Debian system in a folder, for programs that cannot be installed beside those of this machine:
#   debian/root.sh FOLDER SUITE ARCHITECTURE PACKAGE[,PACKAGE...]
# Does nothing where the folder has it already. Needs root (or sudo) and debootstrap. DEBIAN_MIRROR: where
# packages come from, if not from where this machine has its own. Nothing stays mounted: all of it happens in
# a mount namespace of its own.
set -euo pipefail
[ $# -eq 4 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
folder=$1 suite=$2 architecture=$3 packages=$4
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 2> /dev/null | sort -u | sed -n 1p)}
[ "$(cat "$folder/.complete" 2> /dev/null)" != "$suite $architecture $packages" ] || exit 0

command -v debootstrap > /dev/null || PATH=$PATH:/usr/sbin
command -v debootstrap > /dev/null ||
    { echo "debian/root.sh: debootstrap is not installed (apt-get install debootstrap)" >&2; exit 1; }
[ -n "$mirror" ] || { echo "debian/root.sh: say with DEBIAN_MIRROR where packages come from" >&2; exit 1; }
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
$as_root unshare --mount true 2> /dev/null || {
    echo "debian/root.sh: not allowed to make a namespace here (a container?): run this on the machine itself, or in a privileged container" >&2
    exit 1
}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
echo "Making a system of Debian $suite ($architecture) with $packages in $folder: about a minute, 1 GB" >&2
$as_root rm -rf --one-file-system "$folder"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! $as_root unshare --mount debootstrap --variant=minbase --arch="$architecture" --include="$packages" \
    "$suite" "$folder" "$mirror" > "$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "debian/root.sh: debootstrap failed; is $mirror within reach? (DEBIAN_MIRROR names another)" >&2
    exit 1
fi
$as_root rm -rf "$folder"/var/cache/apt/archives/*.deb
echo "$suite $architecture $packages" | $as_root tee "$folder/.complete" > /dev/null
