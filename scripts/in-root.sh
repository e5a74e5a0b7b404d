#!/usr/bin/env bash
# Runs a command in the Debian system of a folder (debian-root.sh), seeing this machine's /proc, /dev, /tmp and network, and
# FOLDERs at their own places: in-root.sh ROOT FOLDER... -- COMMAND ARG...
# What is mounted for it goes away with the command.
set -euo pipefail
root=$(cd "$1" && pwd)
shift
folders=()
while [ "$1" != -- ]; do
    folders+=("$1")
    shift
done
shift
if [ -z "${SCARDSSP_IN_ROOT:-}" ]; then
    # Who is not root is root of a namespace of his own, where the kernel allows that.
    own=()
    [ "$(id -u)" -eq 0 ] || own=(--map-root-user)
    export SCARDSSP_IN_ROOT=$PWD
    exec unshare "${own[@]}" --mount "$0" "$root" "${folders[@]}" -- "$@"
fi
here=$SCARDSSP_IN_ROOT
unset SCARDSSP_IN_ROOT
for folder in /proc /dev /tmp "${folders[@]}"; do
    [ -d "$root$folder" ] || mkdir -p "$root$folder"
    mount --rbind "$folder" "$root$folder"
done
[ -d "$root$here" ] || here=/
exec chroot "$root" /bin/sh -c 'cd "$0" && exec "$@"' "$here" "$@"
