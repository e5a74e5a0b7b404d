#!/usr/bin/env bash
# Builds and installs: install/install.sh BUILD_DIR, with PREFIX and DESTDIR in the environment. `make
# install` calls it. The owner of the tree builds; only copying is done with the rights of who calls. What
# came is written down below PREFIX, so that install/uninstall.sh needs no build to take it away, and a later
# installation takes away what it brings no more.
set -euo pipefail
cd "$(dirname "$0")/../.."
action=install
source scripts/install/places.sh
build=$1
stage=$build/install-stage

# Before anything is built or fetched.
need_right "$staged$prefix"/{bin,include,lib,share}
scripts/install-deps.sh build
scripts/as-owner.sh scripts/build.sh "$build" "${prefix:-/}"

# In the order of paths, so that a folder comes before what is in it.
folders=() files=()
while IFS= read -r path; do
    if [ -d "$stage$path" ] && [ ! -L "$stage$path" ]; then
        folders+=("$path")
    else
        files+=("$path")
    fi
done < <(find "$stage" -mindepth 1 -printf '/%P\n' | LC_ALL=C sort)
[ "${#files[@]}" -gt 0 ] || give_up "nothing was laid out in $stage"
mapfile -t filled < <(printf '%s\n' "${files[@]%/*}" | LC_ALL=C sort -u)
need_right "${filled[@]/#/"$staged"}"

former=$(listed)
made=
for path in "${folders[@]}"; do
    if [ ! -d "$staged$path" ]; then
        mkdir -p -m 755 "$staged$path"
        made+=$path/$'\n'
    fi
done

# A copy that broke off is of no use to anybody.
trap 'rm -f -- "$staged$list.new" ${to:+"$to.new"}' EXIT
write_list() { # PATHS
    {
        echo '# What `make install` of scardssp put here. `make uninstall` reads it.'
        printf '%s\n' "$1" "$list" | LC_ALL=C sort -u | sed '/^$/d'
    } > "$staged$list.new"
    chmod 644 "$staged$list.new"
    mv -fT "$staged$list.new" "$staged$list"
}

# First the list, then the files: an installation that breaks off can be taken away, too.
now=$(printf '%s\n' "${files[@]}")
write_list "$former"$'\n'"$made$now"
pages=()
for path in "${files[@]}"; do
    # The reference has many files that nobody runs: they are copied at once, below.
    case $path in
        "$prefix"/share/man/man[37]/* | "$prefix"/share/doc/scardssp/html/*) pages+=("${path#/}"); continue ;;
    esac
    from=$stage$path to=$staged$path
    if [ -L "$from" ]; then
        ln -sfT -- "$(readlink "$from")" "$to"
    else
        mode=644
        [ ! -x "$from" ] || mode=755
        # Programs that run keep the file they have: the new one takes its name in one step.
        install -m "$mode" -T -- "$from" "$to.new"
        mv -fT -- "$to.new" "$to"
    fi
done

if [ "${#pages[@]}" -gt 0 ]; then
    printf '%s\n' "${pages[@]}" | tar -C "$stage" --mode=644 --owner=0 --group=0 -cf - -T - | tar -C "$staged/" --no-same-owner -xf -
fi

# What a former installation brought and this one does not.
while IFS= read -r path; do
    [ -z "$path" ] || [ "${path%/}" != "$path" ] || [ "$path" = "$list" ] || rm -f -- "$staged$path"
done < <(LC_ALL=C comm -23 <(LC_ALL=C sort -u <<< "$former") <(LC_ALL=C sort -u <<< "$now"))
write_list "$(sed -n '\|/$|p' <<< "$former")"$'\n'"$made$now"

refresh_loader
scripts/install/report.sh "$prefix" "$staged" "${files[@]}"
