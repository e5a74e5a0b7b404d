#!/usr/bin/env bash
# Says which C sources clang-format 14 would lay out differently; --fix lays them out. Version 14 (Debian 12)
# is the yardstick: others break lines in other places. Exit status 77 when there is none, 78 where a later
# system has another in its place: the layout is checked on Debian 12 then.
set -euo pipefail
cd "$(dirname "$0")/../.."
tool=
for candidate in clang-format-14 clang-format; do
    if command -v "$candidate" >/dev/null && "$candidate" --version | grep -q 'version 14\.'; then
        tool=$candidate
        break
    fi
done
if [ -z "$tool" ]; then
    other=$(clang-format --version 2>/dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p')
    [ -z "$other" ] || [ "${1-}" = --fix ] || { echo "this system's clang-format is version $other; Debian 12's 14 is the yardstick"; exit 78; }
    echo "clang-format 14 is not installed"
    exit 77
fi
mapfile -t sources < <(scripts/check/sources.py .c .h .cpp)
if [ "${1-}" = --fix ]; then
    exec "$tool" -i "${sources[@]}"
fi
if ! said=$("$tool" --dry-run -Werror "${sources[@]}" 2>&1); then
    grep 'error:' <<< "$said"
    exit 1
fi
