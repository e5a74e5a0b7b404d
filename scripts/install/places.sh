#!/usr/bin/env bash
# Where `make install` and `make uninstall` work. Sourced by install/install.sh and install/uninstall.sh, with
# `action` set to which of them it is. Sets, from PREFIX and DESTDIR of the environment:
#   prefix   where it is used, absolute, without a slash at its end
#   staged   what goes before every path on this machine: DESTDIR, empty for a real installation
#   list     the file that says what was installed: a path a line, a slash at the end of folders, without
#            DESTDIR

# Says why nothing is done, and with further arguments what to do, a line each.
give_up() {
    printf 'make %s: %s\n' "$action" "$1" >&2
    [ $# -eq 1 ] || printf '  %s\n' "${@:2}" >&2
    exit 1
}

prefix=${PREFIX:-/usr/local}
case $prefix in
    *[[:space:][:cntrl:]\"\'\`\\\$\&\;:\|\<\>\(\)\*\?\[\]\{\}\#%!]*)
        give_up "PREFIX=$prefix: pkg-config and search paths cannot carry white space, quotes or any of \$&;:|<>()*?[]{}#%! in a path." \
            'Choose a path without them.' ;;
    /*) ;;
    *) give_up "PREFIX=$prefix: a path from the root is needed; .pc files and the loader are used from anywhere." \
        "make $action PREFIX=$(realpath -sm -- "$prefix")" ;;
esac
prefix=$(realpath -sm -- "$prefix")
prefix=${prefix%/}

staged=${DESTDIR:+$(realpath -sm -- "$DESTDIR")}
staged=${staged%/}
list=$prefix/share/scardssp/installed.txt

# The command line again, for a remedy: same_call VARIABLE=VALUE... takes these in place of what was given.
same_call() {
    local call="make $action"
    [ -z "${PREFIX-}" ] || [ "$prefix" = /usr/local ] || [[ " $* " = *" PREFIX="* ]] || call+=" PREFIX=${prefix:-/}"
    [ -z "$staged" ] || [[ " $* " = *" DESTDIR="* ]] || call+=" DESTDIR=$(printf %q "$staged")"
    echo "$call${*:+ $*}"
}

# Gives up unless files can be made in each FOLDER, or in what there is of the way to it: need_right FOLDER...
need_right() {
    local folder
    for folder in "$@"; do
        until [ -e "$folder" ] || [ -L "$folder" ]; do
            folder=$(dirname "$folder")
        done
        [ -d "$folder" ] || give_up "$folder is in the way: a folder has to be there."
        if [ ! -w "$folder" ] || [ ! -x "$folder" ]; then
            if [ "$(id -u)" -eq 0 ]; then
                give_up "root cannot write to $folder: is its file system read-only?" "another place: $(same_call PREFIX=FOLDER)"
            elif [ "$action" = install ] && [ -z "$staged" ]; then
                give_up "you have no right to write to $folder. Nothing was done." \
                    "for everybody:  sudo $(same_call)" "for you alone:  $(same_call "PREFIX=${HOME:-FOLDER}/.local")"
            else
                give_up "you have no right to write to $folder. Nothing was done." "sudo $(same_call)"
            fi
        fi
    done
}

# Lets the loader know what has come or gone. Debian's `su` leaves sbin out of PATH.
refresh_loader() {
    [ -z "$staged" ] && [ "$(id -u)" -eq 0 ] || return 0
    PATH=$PATH:/usr/sbin:/sbin
    ! command -v ldconfig > /dev/null || ldconfig || echo "make $action: ldconfig failed; the loader may not know what changed" >&2
}

# Prints the paths that the list holds; gives up on one that is not below PREFIX. Nothing without a list.
listed() {
    local path
    [ -f "$staged$list" ] || return 0
    while IFS= read -r path; do
        case $path in
            '#'* | '') ;;
            */../* | */..) give_up "$staged$list names $path, which is no path of ours." ;;
            "$prefix"/?*) printf '%s\n' "$path" ;;
            *)
                # Folders on the way to PREFIX may have been made, too.
                [[ $path = */ && $prefix/ = "$path"* ]] || give_up "$staged$list names $path, which is not below ${prefix:-/}."
                printf '%s\n' "$path" ;;
        esac
    done < "$staged$list"
}
