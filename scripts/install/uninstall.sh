#!/usr/bin/env bash
# Takes away what install/install.sh installed, and nothing else, with PREFIX and DESTDIR in the environment.
# `make uninstall` calls it. It goes by the list below PREFIX; a build is not needed. Exit status 1 where
# something had to stay that was installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
action=uninstall
source scripts/install/places.sh

if [ ! -f "$staged$list" ]; then
    hints=()
    other=$(command -v scard || true)
    other=${other%/bin/scard}
    if [ -e "$staged$prefix/bin/scard" ]; then
        hints=("$staged$prefix/bin/scard came another way, or by an older version. For that: make install over it first, then uninstall.")
    elif [ -z "$staged" ] && [ -f "$other/share/scardssp/installed.txt" ]; then
        hints=("It is installed under ${other:-/}: $(same_call "PREFIX=${other:-/}")")
    fi
    give_up "nothing is installed under $staged${prefix:-/} (there is no $staged$list)." "${hints[@]}"
fi
paths=$(listed)

# All or nothing, as far as rights go.
mapfile -t folders < <(sed 's|/[^/]*/\?$||' <<< "$paths" | LC_ALL=C sort -u)
for folder in "${folders[@]}"; do
    [ ! -d "$staged$folder/" ] || need_right "$staged$folder/"
done

present=()
while IFS= read -r path; do
    [ -n "$path" ] && [ "${path%/}" = "$path" ] && [ "$path" != "$list" ] || continue
    [ ! -e "$staged$path" ] && [ ! -L "$staged$path" ] || present+=("$path")
done <<< "$paths"
[ "${#present[@]}" -eq 0 ] || printf '%s\0' "${present[@]/#/"$staged"}" | xargs -0 rm -f -- || true
remaining=
count=0
for path in "${present[@]}"; do
    if [ -e "$staged$path" ] || [ -L "$staged$path" ]; then
        remaining+=$path$'\n'
    else
        count=$((count + 1))
    fi
done

if [ -n "$remaining" ]; then
    refresh_loader
    printf 'make uninstall: these could not be removed (see above); the rest is gone:\n' >&2
    sed '/^$/d; s|^|  |' <<< "$remaining" >&2
    exit 1
fi
rm -f -- "$staged$list"

# The deepest first.
while IFS= read -r path; do
    [ -n "$path" ] && [ "${path%/}" != "$path" ] && [ -d "$staged$path" ] && [ ! -L "$staged${path%/}" ] || continue
    if [ -z "$(ls -A -- "$staged$path")" ]; then
        rmdir -- "$staged$path" || true
    else
        echo "left: $staged$path (something else is in it)"
    fi
done < <(LC_ALL=C sort -r <<< "$paths")

refresh_loader
echo "removed: scardssp from $staged${prefix:-/}, $((count + 1)) files"
if [ -z "$staged" ]; then
    [ ! -e /etc/ld.so.conf.d/scardssp.conf ] || echo "left: /etc/ld.so.conf.d/scardssp.conf, which make install does not write"
    [ ! -e /var/lib/scardssp ] || echo "left: /var/lib/scardssp, the system's card database"
fi
