#!/usr/bin/env bash
# Puts the sources of libraries that Debian has not built for Windows, as Debian has them with its
# corrections, into a folder: windows/source.sh FOLDER. The Windows builds compile them with the rest:
# cmocka, for the tests. Does nothing where they are there already.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
wanted=
[ -f "$folder/cmocka/src/cmocka.c" ] || wanted="$wanted cmocka"
[ -n "$wanted" ] || exit 0

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
mkdir -p "$scratch/lists/partial" "$scratch/unpacked"
# The places that binary packages come from have the sources, too; the machine's own settings stay as they
# are.
apt-get indextargets --format '$(CODENAME) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
  'Origin: Debian' | sort -u |
while read -r _ uri release component; do
    echo "deb-src $uri $release $component"
done | sort -u > "$scratch/sources.list"
options=(-qq -o "Dir::Etc::SourceList=$scratch/sources.list" -o Dir::Etc::SourceParts=/dev/null
         -o "Dir::State::Lists=$scratch/lists" -o APT::Sandbox::User=root -o "Dir::Cache=$scratch")
apt-get "${options[@]}" update
for name in $wanted; do
    if (cd "$scratch" && apt-get "${options[@]}" source --download-only "$name"); then
        dpkg-source --no-check -x "$scratch/${name}"_*.dsc "$scratch/unpacked/$name" > /dev/null
    else
        # A mirror may have lost some of the files: the authors' own will do, without Debian's corrections.
        original=$(find "$scratch" -maxdepth 1 -name "${name}_*.orig.tar.*z")
        [ -f "$original" ] || { echo "windows/source.sh: the source of $name is not to be had, see above why; unpack it by hand into $folder/$name" >&2; exit 1; }
        echo "windows/source.sh: the mirror lacks Debian's corrections of $name; it is taken as its authors released it" >&2
        mkdir "$scratch/unpacked/$name"
        tar -xf "$original" -C "$scratch/unpacked/$name" --strip-components=1
    fi
    # Put in place in one step: a half-copied source would be taken for a whole one.
    rm -rf "${folder:?}/$name"
    mv "$scratch/unpacked/$name" "$folder/$name.new"
    mv "$folder/$name.new" "$folder/$name"
done
