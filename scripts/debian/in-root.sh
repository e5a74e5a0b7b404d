#!/usr/bin/env bash
# Runs a command in the Debian system of a folder (debian/root.sh), seeing this machine's /proc, /dev, /tmp
# and network, and FOLDERs at their own places: debian/in-root.sh [--fresh CHANGES] ROOT FOLDER... -- COMMAND
# ARG... What is mounted for it goes away with the command. --fresh leaves ROOT as it is: what is changed
# lands in the folder CHANGES, which is emptied first; /tmp, /run and processes are the command's own, too,
# and end with it.
set -euo pipefail
fresh=
if [ "$1" = --fresh ]; then
    mkdir -p "$2"
    fresh=$(cd "$2" && pwd)
    shift 2
fi
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
    if [ -n "$fresh" ]; then
        rm -rf --one-file-system "${fresh:?}"/{changed,work,root}
        exec unshare "${own[@]}" --mount --pid --fork --kill-child --mount-proc \
            "$0" --fresh "$fresh" "$root" "${folders[@]}" -- "$@"
    fi
    exec unshare "${own[@]}" --mount "$0" "$root" "${folders[@]}" -- "$@"
fi
here=$SCARDSSP_IN_ROOT
unset SCARDSSP_IN_ROOT
shared=(/proc /dev /tmp)
if [ -n "$fresh" ]; then
    mkdir -p "$fresh"/{changed,work,root}
    mount -t overlay -o "lowerdir=$root,upperdir=$fresh/changed,workdir=$fresh/work" overlay "$fresh/root"
    root=$fresh/root
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mkdir -m 1777 "$root/run/lock"
    shared=(/proc /dev)
fi
for folder in "${shared[@]}" "${folders[@]}"; do
    [ -d "$root$folder" ] || mkdir -p "$root$folder"
    mount --rbind "$folder" "$root$folder"
done
[ -d "$root$here" ] || here=/
exec chroot "$root" /bin/sh -c 'cd "$0" && exec "$@"' "$here" "$@"
