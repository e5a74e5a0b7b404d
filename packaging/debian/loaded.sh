#!/bin/sh
# Names the packages of libraries that a file of ours loads at run time: loaded.sh FOLDER FILE NAME...
# prints `package, package` for debian/control. The file says which version it loads (libNAME.so.N stands in
# it), the machine that builds which package has that. debian/rules calls it.
set -eu
folder=$1 file=$1/$2
shift 2
packages=
for name in "$@"; do
    soname=$(grep -a -o "lib$name\.so\.[0-9.]*[0-9]" "$file" | sort -u)
    [ "$(printf '%s\n' "$soname" | grep -c .)" -eq 1 ] ||
        { echo "loaded.sh: $file should name one lib$name.so.N, and names: $soname" >&2; exit 1; }
    owner=$(dpkg-query -S "*/${folder##*/}/$soname" | sed 's/:.*//' | sort -u)
    [ -n "$owner" ] || { echo "loaded.sh: no package has $soname" >&2; exit 1; }
    packages="$packages${packages:+, }$owner"
done
echo "$packages"
