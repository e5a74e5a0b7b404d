#!/usr/bin/env bash
# Compares what two builds made, byte for byte: dist/same.sh FOLDER FOLDER. Prints the SHA-256 sums of what is
# the same; what differs, or is in one of them only, is named, exit status 1. dist/reproducible.sh calls it.
set -euo pipefail
first=$(realpath "$1") second=$(realpath "$2")
status=0 count=0
while IFS= read -r name; do
    # These two tell how and when they were made, which is what they are for.
    case $name in *.buildinfo | *.changes) continue ;; esac
    if cmp -s "$first/$name" "$second/$name"; then
        count=$((count + 1))
        (cd "$first" && sha256sum "$name")
    else
        status=1
        echo "differs: $name"
    fi
done < <(find "$first" "$second" -mindepth 1 -type f -printf '%P\n' | LC_ALL=C sort -u)
echo "$count files are the same, byte for byte"
[ "$status" -eq 0 ] && [ "$count" -gt 0 ]
