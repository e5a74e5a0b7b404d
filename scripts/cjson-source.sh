#!/usr/bin/env bash
# Puts the source of cJSON, as Debian has it with its corrections, into a folder: cjson-source.sh FOLDER. Debian has no
# cJSON for Windows, so that `make windows` compiles it with the rest. Does nothing where it is there already.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
[ ! -f "$folder/cjson/cJSON.c" ] || exit 0

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
mkdir -p "$scratch/lists/partial" "$scratch/unpacked"
# The places that binary packages come from have the sources, too; the machine's own settings stay as they are.
apt-get indextargets --format '$(CODENAME) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
  'Origin: Debian' | sort -u |
while read -r _ uri release component; do
    echo "deb-src $uri $release $component"
done | sort -u > "$scratch/sources.list"
options=(-qq -o "Dir::Etc::SourceList=$scratch/sources.list" -o Dir::Etc::SourceParts=/dev/null
         -o "Dir::State::Lists=$scratch/lists" -o APT::Sandbox::User=root -o "Dir::Cache=$scratch")
apt-get "${options[@]}" update
(cd "$scratch" && apt-get "${options[@]}" source --download-only cjson)
dpkg-source --no-check -x "$scratch"/cjson_*.dsc "$scratch/unpacked/cjson" > /dev/null
mkdir -p "$folder/cjson"
cp "$scratch"/unpacked/cjson/{cJSON.c,cJSON.h,LICENSE} "$folder/cjson"
